"""The order of precedence (Vienna Convention 1961, arts 14 and 16): never alphabetical, never by reply."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from invites.model.recipient import HeadClass, Kind, Recipient

_CLASS_RANK = {
    HeadClass.ambassador: 0,
    HeadClass.cda_titular: 1,
    HeadClass.cda_ai: 2,
    HeadClass.vacant: 3,
}
_KIND_RANK = {
    Kind.embassy: 0,
    Kind.delegation: 0,
    Kind.consulate: 1,
    Kind.organisation: 2,
    Kind.person: 2,
}
_LAST = datetime.max.replace(tzinfo=UTC)


def in_order(recipients: Iterable[Recipient]) -> list[Recipient]:
    """Recipients by kind, override, class of the head, date and time of credentials, then code.

    An unknown date comes last in its class. An override stands ahead of everything in its kind.
    """

    def key(recipient: Recipient) -> tuple[int, int, int, int, datetime, str]:
        override = recipient.precedence_override
        return (
            _KIND_RANK[recipient.kind],
            0 if override is not None else 1,
            override or 0,
            _CLASS_RANK[recipient.head_class],
            recipient.credentials_at or _LAST,
            recipient.code,
        )

    return sorted(recipients, key=key)
