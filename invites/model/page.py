"""What stands behind a live reply link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from invites.model.batch import Invitation
from invites.model.event import Event
from invites.model.link import Link
from invites.model.recipient import Recipient
from invites.model.reply import Reply


class Phase(StrEnum):
    """Where the time for replies stands."""

    #: before the deadline: answer and change freely
    open = "open"
    #: after it and before the event starts: taken, flagged, staff hear of it
    late = "late"
    #: after that
    closed = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPage:
    """What stands behind a live link."""

    event: Event
    recipient: Recipient
    invitation: Invitation
    link: Link
    phase: Phase
    history: tuple[Reply, ...]

    @property
    def version(self) -> int:
        """The id of the latest reply, which a form carries; 0 when there is none."""
        return self.history[-1].id if self.history else 0
