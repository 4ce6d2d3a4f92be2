"""What may go over the wire, and its form there: checked first, then dot-stuffed (RFC 5321 §4.5.2)."""

from __future__ import annotations

from invites.model.message import Envelope

_CRLF = b"\r\n"
#: octets of a line without its CRLF (RFC 5322 §2.1.1)
_LONGEST_LINE = 998
#: octets of a path (RFC 5321 §4.5.3.1.3)
_LONGEST_ADDRESS = 254


def stuffed(content: bytes) -> bytes:
    """The octets between DATA's 354 and the final dot's own three: `content`, dots doubled, one CRLF at its end.

    ValueError for a bare CR or LF, a NUL or a line over 998 octets: relays disagree about what these mean,
    and one that takes a bare LF for a line end can be made to see a second message (SMTP smuggling).
    """
    ends = content.count(_CRLF)
    if content.count(b"\r") != ends or content.count(b"\n") != ends:
        raise ValueError("the message holds a CR or LF that is not part of a CRLF")
    if b"\0" in content:
        raise ValueError("the message holds a NUL")
    if max(map(len, content.split(_CRLF))) > _LONGEST_LINE:
        raise ValueError(f"the message holds a line over {_LONGEST_LINE} octets")
    if not content.endswith(_CRLF):
        content += _CRLF
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..")


def check_envelope(envelope: Envelope) -> None:
    """ValueError unless both addresses can stand between < and > without ending there; the sender may be empty."""
    if envelope.mail_from:
        _check_address(envelope.mail_from)
    _check_address(envelope.rcpt_to)


def _check_address(address: str) -> None:
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address.encode(errors="replace")) > _LONGEST_ADDRESS:
        raise ValueError("an envelope address is not of the form local@domain")
    if not address.isprintable() or any(sign in "<>" or sign.isspace() for sign in address):
        raise ValueError("an envelope address holds a space, a bracket or a control character")
