"""The office that invites: its ports, its words, its address and its keys, and what it makes of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from invites.compose.calendar import Method, PartStat, invitation_ics
from invites.compose.forms import forms_of
from invites.compose.letter import compose_documents
from invites.compose.mail import (
    compose_confirmation_mail,
    compose_invitation_mail,
    compose_note_mail,
    compose_proof_mail,
    mailbox,
    sends_request,
)
from invites.compose.mime import build_message, ics_attachment, message_id, pdf_attachment
from invites.compose.readback import Register, check_letter, check_mail
from invites.model.batch import Invitation
from invites.model.delivery import MessageKind
from invites.model.event import CalendarMode, Event, KemluCopy, Signing
from invites.model.frozen import Outgoing
from invites.model.link import Link
from invites.model.message import Attachment, Document, Envelope, Form, Letter, Mail, Message
from invites.model.recipient import Channel, DeliveryMode
from invites.model.reply import Reply
from invites.ports import Blobs, Clock, Renderer
from invites.stores import Store
from invites.track import links, verification
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

#: invitations whose letters are in memory at once
_TOGETHER = 2000


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
    #: whether a letter's PDF holds its calendar entry, as one for an archive does
    calendar_inside: bool = False
    #: how many persons must approve before real mail leaves
    approvers: int = 2

    def link(self, event: str, code: str) -> Link:
        """The personal reply link: derived, so that a letter can be printed again."""
        version, fingerprint = self.store.batches.live_link(event, code) or (1, None)
        return links.derive([self._key(fingerprint)], self.base_url, event, code, version)

    def _key(self, fingerprint: str | None) -> bytes:
        """The link key that something printed comes from; the first for what is new."""
        known = (key for key in self.link_keys if links.fingerprint(key) == fingerprint)
        return next(known) if fingerprint else self.link_keys[0]

    def letters(self, event: Event, invitation: Invitation, register: Register | None = None) -> tuple[Letter, ...]:
        """The text of every PDF that this embassy gets, the letter first, each read again: RenderError when one lacks
        what is this embassy's, or holds what `register` knows to be another's."""
        link = self.link(event.slug, invitation.code)
        texts = self._texts(event, invitation, link, forms_of(event, invitation.recipient), register=register)
        return tuple(self._with_calendar(event, invitation, text) for text in texts) if self.calendar_inside else texts

    def _with_calendar(self, event: Event, invitation: Invitation, text: Letter) -> Letter:
        if text.form is not Form.letter or event.start is None or event.calendar is CalendarMode.none:
            return text
        return replace(text, attachments=(ics_attachment(self.calendar(event, invitation, "PUBLISH")),))

    def register(self, event: Event, invitations: Iterable[Invitation]) -> Register:
        """Whose are which names, numbers, links and verification addresses."""
        owned = ((invitation, self.link(event.slug, invitation.code)) for invitation in invitations)
        return Register(owned, self.verification_address)

    def _texts(
        self,
        event: Event,
        invitation: Invitation,
        link: Link | None,
        wanted: Sequence[Form],
        *,
        register: Register | None = None,
        proof: bool = False,
        previous: tuple[str, date] | None = None,
    ) -> tuple[Letter, ...]:
        """`link` None makes copies; a specimen has no code either, for nobody may find it genuine."""
        verification = "" if proof else self.verification_address(invitation)
        texts = compose_documents(
            event,
            invitation,
            link,
            templates=self.templates,
            catalogues=self.catalogues,
            wanted=wanted,
            proof=proof,
            # a copy is not signed, and must not say that it is
            esign=self._esign(event) if link else "",
            verification=verification,
            previous=previous,
        )
        known = register or self.register(event, [invitation])
        check = partial(check_letter, register=known, catalogues=self.catalogues, verification=verification)
        for text in texts:
            check(text, event, invitation, link)
        return texts

    def _esign(self, event: Event) -> str:
        """Who issues the certificate that the letters say they are signed with."""
        return "" if event.signatory.signing is Signing.none else event.signatory.issuer

    def verification(self, invitation: Invitation) -> str:
        """The code by which anybody can check this letter; shown with an address by verification.address."""
        letter = (invitation.event, invitation.code, invitation.revision)
        return verification.derive([self._key(self.store.batches.verification_key(*letter))], *letter)

    def verification_address(self, invitation: Invitation) -> str:
        """Where it can be checked, as the letter prints it."""
        return verification.address(self.base_url, self.verification(invitation))

    def documents(
        self, event: Event, invitations: Sequence[Invitation], register: Register | None = None
    ) -> Iterator[tuple[Document, ...]]:
        """Every PDF that each embassy gets, the letter first; those of a long list are set together."""
        for some in (invitations[at : at + _TOGETHER] for at in range(0, len(invitations), _TOGETHER)):
            yield from self._printed([self.letters(event, invitation, register) for invitation in some])

    def specimens(self, event: Event, invitations: Sequence[Invitation], form: Form) -> Iterator[tuple[Document, ...]]:
        """The letter of this form that could follow each invitation, and cites it: a specimen, its number open and its
        link void."""
        texts = []
        for invitation in invitations:
            dated = event.letter.date
            cited = (invitation.number, dated) if invitation.number and dated else None
            following = replace(invitation, revision=invitation.revision + 1, number="")
            texts.append(self._texts(event, following, None, (form,), proof=True, previous=cited))
        return self._printed(texts)

    def _printed(self, texts: Sequence[tuple[Letter, ...]]) -> Iterator[tuple[Document, ...]]:
        made = self.renderer.render_many([text for own in texts for text in own])
        for own in texts:
            yield tuple(replace(next(made), form=text.form) for text in own)

    def invitation_message(
        self,
        event: Event,
        invitation: Invitation,
        files: Sequence[tuple[Form, bytes]],
        register: Register | None = None,
    ) -> Message | None:
        """The mail that carries the letter and what lies beside it: PDF files with their forms. None for a recipient
        who gets them on paper only."""
        if invitation.recipient.delivery is DeliveryMode.courier:
            return None
        mail = self._covering(event, invitation, self.link(event.slug, invitation.code), register)
        attachments = [pdf_attachment(invitation, pdf, form) for form, pdf in files]
        request = None
        if event.calendar is CalendarMode.in_letter:
            request = self.calendar(event, invitation, "REQUEST")
        elif event.calendar is not CalendarMode.none:
            attachments.append(ics_attachment(self.calendar(event, invitation, "PUBLISH")))
        return self._message(
            invitation,
            mail,
            MessageKind.invitation,
            to=mailbox(event, invitation.recipient),
            attachments=attachments,
            request=request,
        )

    def copy_message(self, event: Event, invitation: Invitation, register: Register | None = None) -> Message | None:
        """The foreign ministry's copy, when it gets one by mail: a note and the letter without its link."""
        recipient, kemlu = invitation.recipient, event.kemlu
        by_mail = kemlu is not None and kemlu.as_ is KemluCopy.message and recipient.kemlu_cc
        if kemlu is None or not by_mail or recipient.channel is not Channel.direct_cc_kemlu:
            return None
        wanted = (Form.note, *(form for form in event.forms if form is not Form.reply_card))
        copies = self._texts(event, invitation, None, wanted, register=register)
        files = [pdf_attachment(invitation, self.renderer.render(text).pdf, text.form) for text in copies]
        mail = self._covering(event, invitation, None, register)
        return self._message(invitation, mail, MessageKind.copy, to=kemlu.email, attachments=files)

    def _covering(self, event: Event, invitation: Invitation, link: Link | None, register: Register | None) -> Mail:
        """The mail around a letter, or, without `link`, around the ministry's copy; read again, as letters are."""
        compose = partial(compose_note_mail, link=link)
        if link and invitation.recipient.channel is not Channel.via_kemlu:
            compose = partial(compose_invitation_mail, link=link)
        mail = compose(event, invitation, templates=self.templates, catalogues=self.catalogues)
        known = register or self.register(event, [invitation])
        check_mail(mail, event, invitation, link, register=known, catalogues=self.catalogues)
        return mail

    def proof_message(self, event: Event, invitations: Sequence[Invitation], to: str) -> Message:
        """Every letter as a specimen, with a void link, for somebody of the house to look at."""
        files = [
            pdf_attachment(invitation, self.renderer.render(text).pdf, text.form)
            for invitation in invitations
            for text in self._texts(event, invitation, None, forms_of(event, invitation.recipient), proof=True)
        ]
        mail = compose_proof_mail(event, len(invitations), templates=self.templates, catalogues=self.catalogues)
        first = invitations[0]
        return self._message(first, mail, MessageKind.copy, to=to, number=0, attachments=files)

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
        to = mailbox(event, invitation.recipient)
        return self._message(invitation, mail, MessageKind.confirmation, to=to, number=reply.number, request=request)

    def calendar(
        self,
        event: Event,
        invitation: Invitation,
        method: Method,
        *,
        partstat: PartStat = "NEEDS-ACTION",
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

    def keep(self, kind: MessageKind, message: Message) -> Outgoing:
        """Store a message's text and hand on the rest: thousands of texts would not fit into memory. StoreError."""
        blob = self.blobs.put(message.content)
        return Outgoing(kind=kind, message_id=message.message_id, envelope=message.envelope, blob=blob)

    def _message(
        self,
        invitation: Invitation,
        mail: Mail,
        kind: MessageKind,
        *,
        to: str,
        number: int = 1,
        attachments: Sequence[Attachment] = (),
        request: bytes | None = None,
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
            envelope=Envelope(mail_from=self.sender, rcpt_to=to),
            mail_from_display=self.sender_name,
            reply_to=self.reply_to,
            message_id=identity,
            attachments=attachments,
            calendar_request=request,
        )
