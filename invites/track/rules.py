"""When a reply is open, late or closed, and the reference number that an embassy can quote."""

from __future__ import annotations

from datetime import datetime

from invites.model.event import Event
from invites.model.page import Phase


def phase(event: Event, now: datetime) -> Phase:
    """The phase at `now` (aware). An event without dates is open: nothing has told otherwise."""
    if event.closes_at is not None and now >= event.closes_at:
        return Phase.closed
    if event.reply_by is not None and now > event.reply_by:
        return Phase.late
    return Phase.open


def reference(event: str, code: str, number: int) -> str:
    """Our reference for the n-th reply of an embassy: "JAKARTA-JP-2"."""
    return f"{event}-{code}-{number}".upper()
