"""The code by which anybody can check a printed letter: its own, and no way to the reply page."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from invites.track.links import base32, normalised

_LENGTH = 10  # 50 bits: short enough to type, and guessing is slowed down
_HALF = _LENGTH // 2


def derive(keys: Sequence[bytes], event: str, code: str, revision: int) -> str:
    """The code of one letter, from the first key; the same letter always has the same."""
    purpose = "\x1f".join(("verify", event, code, str(revision))).encode()
    return base32(hmac.digest(keys[0], purpose, "sha256"))[:_LENGTH]


def address(base_url: str, code: str) -> str:
    """Where the code can be checked, as it is printed."""
    return f"{base_url.rstrip('/')}/v/{code[:_HALF]}-{code[_HALF:]}"


def normal(typed: str) -> str | None:
    """What a person typed from paper as a code, or None: case, hyphens, O/0 and I/L/1 are forgiven."""
    return normalised(typed, _LENGTH)
