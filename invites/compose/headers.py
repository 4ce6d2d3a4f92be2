"""Header fields of a mail: what may stand in one, and how it is written in 7 bits."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from invites.errors import MessageError

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]|=\?")
_PLAIN = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z){_ATOM}(?:\.{_ATOM})*@{_DOMAIN.pattern}")
_FILENAME = re.compile(r'[^/\\\\"*?<>|:;%]{1,100}')

#: RFC 2047 §2: a line that holds an encoded word has at most 76 characters
_LINE = 76
#: as base64 in an encoded word these leave room for the longest field name
_ENCODED_WORD_BYTES = 39


def checked(header: str, value: str) -> str:
    """`value`, if a header may hold it; MessageError for a control, line break, bidi override or `=?`.

    A reader decodes an encoded word that the writer took for plain text: `=?utf-8?q?=0ABcc:…?=` becomes a
    header of its own when such a message is read and written again.
    """
    if not value.strip() or value != value.strip() or _FORBIDDEN.search(value):
        raise MessageError("message_header", header=header)
    return value


def address(header: str, value: str) -> str:
    """`value`, if it is one plain ASCII address; MessageError for anything else."""
    if not _ADDRESS.fullmatch(checked(header, value)):
        raise MessageError("message_address", header=header)
    return value


def domain(value: str) -> str:
    """`value`, if it is a domain name in ASCII."""
    if not _DOMAIN.fullmatch(value):
        raise MessageError("message_address", header="Message-ID")
    return value


def text_field(header: str, value: str) -> str:
    """The whole field for free text, folded, RFC 2047 where it needs to be."""
    plain = _PLAIN.fullmatch(checked(header, value))
    return _fold(header, value.split(" ") if plain else _encoded_words(value))


def mailbox_field(header: str, name: str, where: str) -> str:
    """The whole field for one mailbox; without a name it is the bare address."""
    words = _name(checked(header, name)) if name else []
    return _fold(header, [*words, f"<{address(header, where)}>" if words else address(header, where)])


def _name(name: str) -> list[str]:
    if _PLAIN.fullmatch(name) and '"' not in name and "\\" not in name:
        return f'"{name}"'.split(" ")
    return _encoded_words(name)


def _encoded_words(value: str) -> list[str]:
    """Encoded words that each hold whole characters (RFC 2047 §5)."""
    chunks, chunk = [], b""
    for character in value:
        octets = character.encode("utf-8")
        if len(chunk) + len(octets) > _ENCODED_WORD_BYTES:
            chunks.append(chunk)
            chunk = b""
        chunk += octets
    chunks.append(chunk)
    return [f"=?utf-8?b?{base64.b64encode(octets).decode('ascii')}?=" for octets in chunks]


def _fold(header: str, words: Iterable[str]) -> str:
    lines, line = [], f"{header}:"
    for number, word in enumerate(words):
        if number and len(line) + 1 + len(word) > _LINE:
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line])


def filename_parameter(name: str) -> str:
    """`filename="…"`, or `filename*=…` (RFC 2231) when it is not ASCII. Names no path, no device, no header."""
    if not _FILENAME.fullmatch(checked("Content-Disposition", name)):
        raise MessageError("message_header", header="Content-Disposition")
    return f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name, safe='')}"
