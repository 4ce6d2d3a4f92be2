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
    changed after the letter left. Two posts that share a mailbox say so in the list."""
    holders = {address.casefold(): code for code, address in gone.items()}
    new = (found for found in recipients if found.code not in gone and not found.shared_mailbox)
    return [(found.code, holders[found.email.casefold()]) for found in new if found.email.casefold() in holders]
