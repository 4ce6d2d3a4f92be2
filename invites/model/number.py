"""The number of a letter: allotted by the registry, reserved here, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NumberState(StrEnum):
    """What became of a number."""

    #: kept for a letter that nobody has signed, printed or sent yet
    reserved = "reserved"
    #: on a letter that was signed, printed or sent: never given to another
    used = "used"
    #: used on a letter that is no longer wanted: a gap in the register, with its reason
    void = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterNumber:
    """A number and the letter that has it; `reason` tells why a void one is void. `at` is aware."""

    event: str
    code: str
    revision: int
    number: str
    state: NumberState
    reason: str = ""
    at: datetime
