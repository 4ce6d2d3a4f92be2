"""A letter on paper: printed here, carried by a courier, handed to somebody who signs for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PaperState(StrEnum):
    """Where the original on paper stands, for recipients who get one."""

    #: nobody has recorded yet who took it
    to_hand = "to_hand"
    #: somebody at the post took it
    handed = "handed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Who took a letter, and when: `handed_at` is aware, in the event's zone; `recorded_by` is the staff member."""

    event: str
    code: str
    revision: int
    handed_to: str
    handed_at: datetime
    recorded_by: str
    recorded_at: datetime
