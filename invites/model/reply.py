"""The answer an embassy gives, as submitted and as recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verb(StrEnum):
    """What the embassy does."""

    accept = "accept"
    representative = "representative"
    decline = "decline"


class ReplyState(StrEnum):
    """What follows for the list; `partstat` of the calendar is its sibling (RFC 5545 §3.2.12)."""

    accepted = "accepted"
    represented = "represented"
    declined = "declined"
    needs_action = "needs_action"


STATE_OF = {
    Verb.accept: ReplyState.accepted,
    Verb.representative: ReplyState.represented,
    Verb.decline: ReplyState.declined,
}


class ReplyChannel(StrEnum):
    """How the answer came in."""

    link = "link"
    calendar = "calendar"
    email = "email"
    phone = "phone"
    whatsapp = "whatsapp"
    note_verbale = "note_verbale"
    in_person = "in_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """One person who comes, beside the head of mission or the representative."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply as given, after the form's rules.

    `representative` is set for Verb.representative (it may be None while names follow); `delegates` never
    hold the head, the representative or the spouse; `seats` of names to follow count provisionally.
    """

    verb: Verb
    representative: Delegate | None = None
    delegates: tuple[Delegate, ...] = ()
    #: delegates announced, named or not, without head or representative; at least len(delegates)
    delegate_count: int = 0
    spouse: bool = False
    spouse_name: str = ""
    diet: str = ""
    remarks: str = ""
    names_to_follow: bool = False
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""

    @property
    def seats(self) -> int:
        """Persons to expect: head or representative, delegates, spouse; 0 for a decline."""
        if self.verb is Verb.decline:
            return 0
        return 1 + max(self.delegate_count, len(self.delegates)) + (1 if self.spouse else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """An answer on its way into the history, which gives it its number.

    `received_at` is when the embassy said it, `recorded_at` when we wrote it down; `recorded_by` the staff
    member who entered it, or "" for the embassy itself; `source_ref` the number of an incoming note.
    """

    event: str
    code: str
    answer: Answer
    channel: ReplyChannel
    received_at: datetime
    recorded_at: datetime
    recorded_by: str = ""
    source_ref: str = ""
    late: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One recorded answer; appended, never overwritten. The latest one counts.

    `id` is the version that a form carries; `number` counts an embassy's replies from 1; `ref` is our
    reference for the embassy; `received_at` when the embassy said it, `recorded_at` when we wrote it down.
    """

    id: int
    event: str
    code: str
    number: int
    ref: str
    answer: Answer
    state: ReplyState
    channel: ReplyChannel
    #: the staff member who entered it, or "" for the embassy itself
    recorded_by: str
    received_at: datetime
    recorded_at: datetime
    #: number of an incoming note or letter
    source_ref: str = ""
    late: bool = False
    language: str = ""
