"""The office that invites: its ports, its words, its address and its keys, and what it makes of them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from invites.compose.calendar import invitation_ics
from invites.compose.letter import compose_documents
from invites.compose.mail import compose_confirmation_mail, compose_invitation_mail, sends_request
from invites.compose.mime import build_message, ics_attachment, message_id, pdf_attachment
from invites.model.batch import Invitation
from invites.model.delivery import MessageKind
from invites.model.event import CalendarMode, Event, Signing
from invites.model.link import Link
from invites.model.message import Attachment, Document, Envelope, Form, Letter, Mail, Message
from invites.model.reply import Reply
from invites.ports import Blobs, Clock, Renderer, Store
from invites.track import links, verification
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
Partstat = Literal["NEEDS-ACTION", "ACCEPTED", "DECLINED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Ports, words, address and keys. `templates_digest` changes with every file that shapes a letter, and
    with the sender's address; the first link key derives new links, all verify."""

    store: Store
    blobs: Blobs
    renderer: Renderer
    clock: Clock
    templates: Templates
    catalogues: Catalogues
    templates_digest: str
    sender_name: str
    sender: str
    reply_to: str
    base_url: str
    link_keys: tuple[bytes, ...] = field(repr=False)
    #: how many persons must approve before real mail leaves
    approvers: int = 2

    def link(self, event: str, code: str) -> Link:
        """The personal reply link: derived, so that a letter can be printed again."""
        version, fingerprint = self.store.batches.live_link(event, code) or (1, links.fingerprint(self.link_keys[0]))
        key = next(key for key in self.link_keys if links.fingerprint(key) == fingerprint)
        return links.derive([key], self.base_url, event, code, version)

    def letters(self, event: Event, invitation: Invitation) -> tuple[Letter, ...]:
        """The text of every PDF that this embassy gets, the letter first."""
        signatory = event.signatory
        return compose_documents(
            event,
            invitation,
            self.link(event.slug, invitation.code),
            templates=self.templates,
            catalogues=self.catalogues,
            esign="" if signatory.signing is Signing.none else signatory.issuer,
            verification=verification.address(self.base_url, self.verification(invitation)),
        )

    def letter(self, event: Event, invitation: Invitation) -> Document:
        """The PDF with the letter itself."""
        return self.renderer.render(self.letters(event, invitation)[0])

    def verification(self, invitation: Invitation) -> str:
        """The code by which anybody can check this letter; shown with an address by verification.address."""
        return verification.derive(self.link_keys, invitation.event, invitation.code, invitation.revision)

    def documents(self, event: Event, invitation: Invitation) -> tuple[Document, ...]:
        """Every PDF that this embassy gets, the letter first."""
        texts = self.letters(event, invitation)
        return tuple(replace(self.renderer.render(text), form=text.form) for text in texts)

    def invitation_message(self, event: Event, invitation: Invitation, files: Sequence[tuple[Form, bytes]]) -> Message:
        """The mail that carries the letter and what lies beside it: PDF files with their forms."""
        link = self.link(event.slug, invitation.code)
        mail = compose_invitation_mail(event, invitation, link, templates=self.templates, catalogues=self.catalogues)
        attachments = [pdf_attachment(invitation, pdf, form) for form, pdf in files]
        request = None
        if event.calendar is CalendarMode.in_letter:
            request = self.calendar(event, invitation, "REQUEST")
        elif event.calendar is not CalendarMode.none:
            attachments.append(ics_attachment(self.calendar(event, invitation, "PUBLISH")))
        return self._message(
            invitation, mail, MessageKind.invitation, number=1, attachments=attachments, request=request
        )

    def confirmation_message(
        self, event: Event, invitation: Invitation, reply: Reply, before: Reply | None = None
    ) -> Message:
        """The mail that confirms a reply, with the calendar REQUEST when somebody comes, and with a CANCEL when nobody
        does any more: `before` is the reply whose confirmation left last."""
        link = self.link(event.slug, invitation.code)
        mail = compose_confirmation_mail(
            event, invitation, link, reply, templates=self.templates, catalogues=self.catalogues
        )
        request, said = None, partial(self.calendar, event, invitation, stamp=reply.recorded_at, answered=reply.number)
        if sends_request(event, reply):
            # it has answered: a calendar that asks again, or one older than the letter's, would puzzle the secretary
            request = said("REQUEST", partstat="ACCEPTED")
        elif before and sends_request(event, before):
            request = said("CANCEL", partstat="DECLINED")
        return self._message(
            invitation, mail, MessageKind.confirmation, number=reply.number, attachments=[], request=request
        )

    def calendar(
        self,
        event: Event,
        invitation: Invitation,
        method: Method,
        *,
        partstat: Partstat = "NEEDS-ACTION",
        stamp: datetime | None = None,
        answered: int = 0,
    ) -> bytes:
        """The calendar entry (RFC 5545) of this embassy's invitation; `stamp` is its DTSTAMP, aware, `answered` the
        number of the reply that it follows."""
        # by default DTSTAMP comes from the letter, not from the clock: freezing twice gives the same bytes
        written = datetime.combine(event.letter.date or date(1970, 1, 1), time(), ZoneInfo(event.zone))
        return invitation_ics(
            event,
            invitation,
            self.link(event.slug, invitation.code),
            organizer=self.reply_to,
            attendee=invitation.recipient.email,
            method=method,
            partstat=partstat,
            stamp=stamp or written.astimezone(UTC),
            answered=answered,
            catalogues=self.catalogues,
        )

    def _message(
        self,
        invitation: Invitation,
        mail: Mail,
        kind: MessageKind,
        *,
        number: int,
        attachments: list[Attachment],
        request: bytes | None,
    ) -> Message:
        identity = message_id(
            invitation.event,
            invitation.code,
            invitation.revision,
            kind,
            number,
            key=hmac.digest(self.link_keys[0], b"message-id", "sha256"),
            domain=self.sender.rpartition("@")[2],
        )
        return build_message(
            mail,
            kind=kind,
            envelope=Envelope(mail_from=self.sender, rcpt_to=invitation.recipient.email),
            mail_from_display=self.sender_name,
            reply_to=self.reply_to,
            message_id=identity,
            attachments=attachments,
            calendar_request=request,
        )
