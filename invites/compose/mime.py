"""A mail and its attachments → one finished RFC 5322 message, spliced from ready parts and read back."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.errors import MessageDefect
from email.message import EmailMessage
from typing import Any

from invites.compose import headers, parts
from invites.errors import MessageError
from invites.model.batch import Invitation
from invites.model.delivery import MessageKind
from invites.model.message import Attachment, Envelope, Form, Mail, Message

#: RFC 5322 §2.1.1, without the CRLF
_LONGEST_LINE = 998
_FIELD = r"[A-Za-z0-9-]+"
_MESSAGE_ID = re.compile(rf"<{_FIELD}\.{_FIELD}\.[0-9]+\.[a-z_]+\.[0-9]+\.[0-9a-f]{{20}}@[^@<>]+>")
#: what a file of the mail is called, in Indonesian as the letter is
_FILE_NAMES = {
    Form.letter: "undangan",
    Form.note: "nota",
    Form.card: "kartu-undangan",
    Form.reply_card: "kartu-jawaban",
    Form.programme: "susunan-acara",
    Form.products: "produk-unggulan",
    Form.update: "perubahan",
    Form.postponement: "penundaan",
    Form.cancellation: "pembatalan",
    Form.pour_memoire: "pengingat",
    Form.thanks: "terima-kasih",
}


def pdf_attachment(invitation: Invitation, pdf: bytes, form: Form = Form.letter) -> Attachment:
    """The letter, or what lies beside it, as a file of the mail under a plain ASCII name."""
    name = f"{_FILE_NAMES[form]}-{invitation.event}-{invitation.code.lower()}-r{invitation.revision}.pdf"
    return Attachment(filename=name, content_type="application/pdf", content=pdf)


def ics_attachment(ics: bytes) -> Attachment:
    """The calendar entry as a file that no mail program takes for a meeting (docs/decisions/0020)."""
    return Attachment(filename="invitation.ics", content_type="application/ics", content=ics)


def build_message(
    mail: Mail,
    *,
    kind: MessageKind,
    envelope: Envelope,
    mail_from_display: str,
    reply_to: str,
    message_id: str,
    attachments: Sequence[Attachment] = (),
    calendar_request: bytes | None = None,
) -> Message:
    """The finished message but for its `Date`, which is prepended as the first line at the first attempt.

    The author is `mail_from_display` (a name, may be empty) at the envelope's sender. The same arguments give the
    same bytes: 7 bit, CRLF, no line over 998 octets. `calendar_request`, a REQUEST or its CANCEL, becomes a
    `text/calendar` of that method beside text and HTML. MessageError when a value can't stand in a header, or when
    the message doesn't read back as it was meant.
    """
    fields = [
        headers.mailbox_field("From", mail_from_display, envelope.mail_from),
        headers.mailbox_field("Reply-To", "", reply_to),
        headers.mailbox_field("To", "", envelope.rcpt_to),
        headers.text_field("Subject", mail.subject),
        f"Message-ID: {headers.checked('Message-ID', message_id)}",
        f"Auto-Submitted: {_auto_submitted(kind)}",
        headers.text_field(
            "Content-Language", ", ".join(headers.checked("Content-Language", x) for x in mail.languages)
        ),
        "MIME-Version: 1.0",
    ]
    said = [part.spliced() for part in parts.bodies(mail, calendar_request)]
    files = [parts.file_part(each).spliced() for each in attachments]
    entity = parts.multipart("alternative", message_id, said)
    if files:
        entity = parts.multipart("mixed", message_id, [entity, *files])
    content = "\r\n".join(fields).encode("ascii") + b"\r\n" + entity
    message = Message(message_id=message_id, envelope=envelope, content=content)
    parse_back(
        message,
        mail,
        kind=kind,
        mail_from_display=mail_from_display,
        reply_to=reply_to,
        attachments=attachments,
        calendar_request=calendar_request,
    )
    return message


def parse_back(
    message: Message,
    mail: Mail,
    *,
    kind: MessageKind,
    mail_from_display: str,
    reply_to: str,
    attachments: Sequence[Attachment] = (),
    calendar_request: bytes | None = None,
) -> None:
    """Read `message` as a strict stranger would; MessageError when it says anything but what was meant.

    No defect, exactly our headers, exactly one recipient, every part in its place with its content.
    """
    _check_wire(message.content)
    meant_headers = {
        "From": [(mail_from_display, message.envelope.mail_from)],
        "Reply-To": [("", reply_to)],
        "To": [("", message.envelope.rcpt_to)],
        "Subject": mail.subject,
        "Message-ID": message.message_id,
        "Auto-Submitted": _auto_submitted(kind),
        "Content-Language": ", ".join(mail.languages),
        "MIME-Version": "1.0",
    }
    meant_parts = _meant(parts.bodies(mail, calendar_request), [parts.file_part(each) for each in attachments])
    try:
        parsed = message_from_bytes(message.content, policy=policy.strict)
        found_headers = [(name, _read_header(parsed[name])) for name in parsed if name != "Content-Type"]
        found_parts = [_read_part(part) for part in parsed.walk()]
    except (MessageDefect, LookupError, ValueError) as error:
        raise MessageError("message_readback", part=type(error).__name__) from error
    _compare(found_headers, list(meant_headers.items()))
    _compare(found_parts, meant_parts)


def _compare(found: Sequence[tuple[Any, ...]], meant: Sequence[tuple[Any, ...]]) -> None:
    for ours, theirs in zip(meant, found, strict=False):
        if ours != theirs:
            raise MessageError("message_readback", part=ours[0])
    if len(found) != len(meant):
        raise MessageError("message_readback", part="structure")


def _read_header(value: Any) -> Any:
    """Text, or (name, address) pairs; ValueError when the parser found a defect in it."""
    if value.defects:
        raise ValueError(str(value.defects[0]))
    if hasattr(value, "addresses"):
        return [(each.display_name, each.addr_spec) for each in value.addresses]
    return str(value)


def _read_part(part: EmailMessage) -> tuple[Any, ...]:
    """(type, charset, method, filename, content) of a part; containers have None for content."""
    for name in part:
        _read_header(part[name])
    if part.is_multipart() and (part.preamble or part.epilogue):
        raise ValueError("text outside the parts")
    content = None if part.is_multipart() else part.get_payload(decode=True)
    method = part.get_param("method", "")
    return part.get_content_type(), part.get_content_charset(""), method, part.get_filename(""), content


def _meant(bodies: Sequence[parts.Part], files: Sequence[parts.Part]) -> list[tuple[Any, ...]]:
    """What `_read_part` must find, in the order of a walk."""
    leaves = [
        (leaf.content_type, leaf.parameter("charset"), leaf.parameter("method"), leaf.filename, leaf.content)
        for leaf in (*bodies, *files)
    ]
    containers: list[tuple[Any, ...]] = [("multipart/alternative", "", "", "", None)]
    if files:
        containers.insert(0, ("multipart/mixed", "", "", "", None))
    return [*containers, *leaves]


def _check_wire(content: bytes) -> None:
    """What an SMTP conversation may carry without anybody's help (sending: smuggling, long lines)."""
    lines = content.split(b"\r\n")
    if (
        not content.endswith(b"\r\n")
        or not content.isascii()
        or any(b"\r" in line or b"\n" in line or b"\0" in line or len(line) > _LONGEST_LINE for line in lines)
    ):
        raise MessageError("message_readback", part="lines")


def _auto_submitted(kind: MessageKind) -> str:
    """RFC 3834 §5: a person released the letter; nobody looked at the confirmation."""
    return "auto-generated" if kind is MessageKind.confirmation else "no"


def message_id(
    event: str,
    code: str,
    revision: int,
    kind: MessageKind,
    round: int,  # noqa: A002 - the word of the delivery's key
    *,
    key: bytes,
    domain: str,
) -> str:
    """`<event.CODE.revision.kind.round.mac@domain>`: readable in a relay's log, sealed with HMAC-SHA256 (80 bits).

    MessageError when a field does not fit into a dot-atom (RFC 5322 §3.6.4).
    """
    named = f"{event}.{code}.{revision}.{kind}.{round}"
    made = f"<{named}.{_mac(named, key, headers.domain(domain))}@{domain}>"
    if not _MESSAGE_ID.fullmatch(made):
        raise MessageError("message_header", header="Message-ID")
    return made


def _mac(named: str, key: bytes, domain: str) -> str:
    return hmac.new(key, f"message-id {named}@{domain}".encode(), hashlib.sha256).hexdigest()[:20]
