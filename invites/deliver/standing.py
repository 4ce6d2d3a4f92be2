"""What the outbox says of an event's letters before others are approved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from invites.model.delivery import Delivery, DeliveryState, MessageKind
from invites.model.recipient import Recipient

_GONE = (DeliveryState.sending, DeliveryState.sent, DeliveryState.unknown)


def left(deliveries: Iterable[Delivery]) -> Mapping[str, str]:
    """Code → address of every letter that has left, or may have."""
    letters = (item for item in deliveries if item.kind is MessageKind.invitation)
    return {item.code: item.envelope.rcpt_to for item in letters if item.state in _GONE}


def second_letters(gone: Mapping[str, str], recipients: Sequence[Recipient]) -> list[tuple[str, str]]:
    """(code, code that has the letter) of recipients whose mailbox would get a second invitation: their code was
    changed after the letter left. Posts that share a mailbox say so in the list, every one of them."""
    holders: dict[str, list[str]] = {}
    for code, address in gone.items():
        holders.setdefault(address.casefold(), []).append(code)
    sharing = {found.code for found in recipients if found.shared_mailbox}
    second = []
    for found in recipients:
        has_letter = holders.get(found.email.casefold(), []) if found.email else []
        if found.code not in gone and has_letter and not sharing.issuperset([found.code, *has_letter]):
            second.append((found.code, min(has_letter, key=sharing.__contains__)))
    return second


def last_confirmed(deliveries: Iterable[Delivery], code: str) -> int:
    """Number of the newest reply of this embassy whose confirmation has left, or may have; 0 without one."""
    confirmations = (item for item in deliveries if item.kind is MessageKind.confirmation and item.code == code)
    return max((item.round for item in confirmations if item.state in _GONE), default=0)
