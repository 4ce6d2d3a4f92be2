"""What organisers look at: expected attendance, computed from invitations, deliveries and replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from invites.model.delivery import Delivery
from invites.model.handover import Handover, PaperState
from invites.model.recipient import DeliveryMode, Recipient
from invites.model.reply import Reply, ReplyState


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRow:
    """One embassy: `delivery` is its invitation's message, `history` every reply, oldest first, `handover` who took
    the letter on paper."""

    recipient: Recipient
    delivery: Delivery | None
    history: tuple[Reply, ...]
    handover: Handover | None = None

    @property
    def paper(self) -> PaperState | None:
        """Where the letter on paper stands; None when none is due and nobody took one."""
        if self.handover:
            return PaperState.handed
        return None if self.recipient.delivery is DeliveryMode.email else PaperState.to_hand

    @property
    def reply(self) -> Reply | None:
        """The reply that counts: the latest."""
        return self.history[-1] if self.history else None

    @property
    def state(self) -> ReplyState:
        """Where this embassy's answer stands."""
        return self.reply.state if self.reply else ReplyState.needs_action

    @property
    def seats(self) -> int:
        """Seats to keep, provisional ones included."""
        return self.reply.answer.seats if self.reply else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """An event's table in order of precedence, with totals."""

    event: str
    rows: tuple[AttendanceRow, ...]
    deliveries: Mapping[str, int]
    replies: Mapping[str, int]
    seats: int
    handed: Mapping[str, int] = field(default_factory=dict)
