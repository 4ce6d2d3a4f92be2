"""Finished messages, and the strict stranger who reads them: Python's own parser, which wrote none of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from invites.compose.calendar import invitation_ics
from invites.compose.mail import compose_invitation_mail
from invites.compose.mime import (
    build_message,
    ics_attachment,
    message_id,
    pdf_attachment,
)
from invites.model.delivery import MessageKind
from invites.model.event import Event
from invites.model.message import Attachment, Envelope, Mail, Message

from .missions import (
    CATALOGUES,
    EMBASSIES,
    MAILBOX,
    TEMPLATES,
    invitation,
    link,
)

KEY = b"k" * 32
SENDER = "undangan@kalsel.example"
EMBASSY = "protocol@embassy-jp.example"
OFFICE = "Pemerintah Provinsi Kalimantan Selatan"
PDF = b"%PDF-1.7\r\n\x00\xff.\r\n.\r\n" * 400
DATE = b"Date: Tue, 05 Jan 2027 08:00:00 +0700\r\n"
HEADERS = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
SIMPLE = Mail(subject="Undangan", text="Yth.\n", html="<p>Yth.</p>\n", languages=("id", "en"))


def identity(kind: MessageKind = MessageKind.invitation, code: str = "JP") -> str:
    return message_id("jakarta", code, 1, kind, 0, key=KEY, domain="kalsel.example")


def build(mail: Mail = SIMPLE, *, to: str = EMBASSY, sender: str = SENDER, **changes: Any) -> Message:
    fields: dict[str, Any] = {
        "kind": MessageKind.invitation,
        "envelope": Envelope(mail_from=sender, rcpt_to=to),
        "mail_from_display": OFFICE,
        "reply_to": MAILBOX,
        "message_id": identity(),
    }
    return build_message(mail, **{**fields, **changes})


def letter(mission: Event, code: str) -> tuple[Mail, list[Attachment], Message]:
    """One embassy's whole invitation."""
    ours, secret = invitation(mission, code), link(mission, code)
    mail = compose_invitation_mail(mission, ours, secret, templates=TEMPLATES, catalogues=CATALOGUES)
    files = [pdf_attachment(ours, PDF), ics_attachment(calendar(mission, code, "PUBLISH"))]
    return mail, files, build(mail, to=EMBASSIES[code].email, attachments=files, message_id=identity(code=code))


def calendar(mission: Event, code: str, method: Any) -> bytes:
    return invitation_ics(
        mission,
        invitation(mission, code),
        link(mission, code),
        organizer=MAILBOX,
        attendee=EMBASSIES[code].email,
        method=method,
        stamp=datetime(2027, 1, 5, tzinfo=UTC),
        catalogues=CATALOGUES,
    )


def read(message: Message) -> EmailMessage:
    """As it leaves: with its date in front. The strict policy raises at the first defect."""
    return message_from_bytes(DATE + message.content, policy=policy.strict)


def part(parsed: EmailMessage, content_type: str) -> EmailMessage:
    (found,) = [each for each in parsed.walk() if each.get_content_type() == content_type]
    return found


def unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def addresses(parsed: EmailMessage, header: str) -> list[tuple[str, str]]:
    return [(each.display_name, each.addr_spec) for each in parsed[header].addresses]
