"""What a verification code on a letter proves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from invites.model.batch import Invitation
from invites.model.event import Event


class Verdict(StrEnum):
    """What can be said of a letter whose code somebody typed."""

    #: it was signed, printed or sent, and no later letter took its place
    genuine = "genuine"
    #: it was, and a later letter took its place
    superseded = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A letter behind its code, as it was approved."""

    verdict: Verdict
    event: Event
    invitation: Invitation
