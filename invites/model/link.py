"""A reply link: it belongs to (event, recipient, purpose) and outlives revisions of the letter."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The secret that opens one embassy's reply page. `token` is never logged or stored in clear.

    `token` is 26 characters of lower-case Crockford base32 (128 bits); `url` is the whole address to print.
    """

    event: str
    code: str
    version: int = 1
    token: str = field(repr=False)
    url: str = field(repr=False)
