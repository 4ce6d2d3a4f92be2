"""The personal reply link: derived from a key outside the database, typed from paper, known only by hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from invites.model.link import Link

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32: no i, l, o, u
_FORGIVEN = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
_LENGTH = 26  # 128 bits, five a character
_GROUPS = (6, 5, 5, 5, 5)


def derive(keys: Sequence[bytes], base_url: str, event: str, code: str, version: int = 1) -> Link:
    """The reply link of (event, code), from the first key. The same input gives the same link, so that a
    letter can be printed again; another `version` (after rotation) gives an unrelated one."""
    purpose = "\x1f".join(("reply", event, code, str(version))).encode()
    token = base32(hmac.digest(keys[0], purpose, "sha256")[:16])
    return Link(event=event, code=code, version=version, token=token, url=f"{base_url.rstrip('/')}/r/{grouped(token)}")


def grouped(token: str) -> str:
    """The token as printed, in groups with hyphens."""
    parts, start = [], 0
    for size in _GROUPS:
        parts.append(token[start : start + size])
        start += size
    return "-".join(parts)


def normal(typed: str) -> str | None:
    """What a person typed from paper as a token, or None: case, hyphens, O/0 and I/L/1 are forgiven."""
    return normalised(typed, _LENGTH)


def normalised(typed: str, length: int) -> str | None:
    """So many characters of our alphabet out of what was typed, or None."""
    token = typed.strip().lower().translate(_FORGIVEN)
    if len(token) != length or any(character not in _ALPHABET for character in token):
        return None
    return token


def token_hash(key: bytes, token: str) -> str:
    """The keyed hash under which the database knows a token."""
    return hmac.new(key, b"lookup\x1f" + token.encode(), hashlib.sha256).hexdigest()


def fingerprint(key: bytes) -> str:
    """Names a key without telling it; a database refuses to run under another one."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]


def base32(data: bytes) -> str:
    """16 bytes or more as 26 lower-case characters of Crockford's alphabet; what is over 128 bits is left out."""
    number = int.from_bytes(data[:16], "big") << 2  # 128 bits fill 26 characters with two bits to spare
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
