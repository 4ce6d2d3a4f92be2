"""The parts of a MIME message as ready bytes: texts, files, a calendar request, and what holds them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from invites.compose import headers
from invites.errors import MessageError
from invites.model.message import Attachment, Mail

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_CALENDAR = "text/calendar"
_METHOD = re.compile(rb"^METHOD:([A-Z]+)\r$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part that is no container: `content` is what a reader must get, `body` how it travels."""

    content_type: str
    parameters: tuple[tuple[str, str], ...] = ()
    filename: str = ""
    content: bytes
    encoding: str
    body: bytes

    def parameter(self, name: str) -> str:
        """A parameter of the content type, or ""."""
        return dict(self.parameters).get(name, "")

    def spliced(self) -> bytes:
        """Header and body, without the line end that a delimiter brings."""
        fields = [
            ";\r\n".join([f"Content-Type: {self.content_type}", *(f' {k}="{v}"' for k, v in self.parameters)]),
            f"Content-Transfer-Encoding: {self.encoding}",
        ]
        if self.filename:
            fields.append(f"Content-Disposition: attachment;\r\n {headers.filename_parameter(self.filename)}")
        return "\r\n".join(fields).encode("ascii") + b"\r\n\r\n" + self.body


def bodies(mail: Mail, calendar_request: bytes | None) -> list[Part]:
    """What the mail says, plainest first (RFC 2046 §5.1.4); a request comes last, where Outlook looks for it.

    MessageError when it has no method: the part must repeat it (RFC 6047 §2.4).
    """
    parts = [_text("text/plain", mail.text), _text("text/html", mail.html)]
    if calendar_request is not None:
        method = _METHOD.search(calendar_request)
        if method is None:
            raise MessageError("message_text", part=_CALENDAR)
        parameters = (("charset", "utf-8"), ("method", method[1].decode("ascii")))
        parts.append(_base64(_CALENDAR, calendar_request, parameters=parameters))
    return parts


def file_part(attachment: Attachment) -> Part:
    """A file of the mail. MessageError for a name or type that can't stand in a header."""
    headers.filename_parameter(attachment.filename)
    if not _CONTENT_TYPE.fullmatch(attachment.content_type):
        raise MessageError("message_header", header="Content-Type")
    return _base64(attachment.content_type, attachment.content, filename=attachment.filename)


def _text(content_type: str, text: str) -> Part:
    """A text part, quoted-printable or base64, whichever is shorter."""
    unix = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    if _CONTROLS.search(unix):
        raise MessageError("message_text", part=content_type)
    parameters = (("charset", "utf-8"),)
    plain = unix.encode("utf-8")
    canonical = plain.replace(b"\n", b"\r\n")
    quoted = binascii.b2a_qp(plain, istext=True).replace(b"\n", b"\r\n")
    coded = _base64(content_type, canonical, parameters=parameters)
    if len(coded.body) < len(quoted):
        return coded
    return Part(
        content_type=content_type,
        parameters=parameters,
        content=canonical,
        encoding="quoted-printable",
        body=quoted,
    )


def _base64(
    content_type: str, content: bytes, *, parameters: tuple[tuple[str, str], ...] = (), filename: str = ""
) -> Part:
    return Part(
        content_type=content_type,
        parameters=parameters,
        filename=filename,
        content=content,
        encoding="base64",
        body=base64.encodebytes(content).replace(b"\n", b"\r\n"),
    )


def multipart(subtype: str, message_id: str, parts: Sequence[bytes]) -> bytes:
    """A container; its boundary comes from the Message-ID, and `=_` occurs in neither encoding of a part."""
    boundary = "=_" + hashlib.sha256(f"{subtype} {message_id}".encode()).hexdigest()[:32]
    delimiter = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"
