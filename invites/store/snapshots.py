"""Event, Recipient and the personal part of an Answer as JSON, and back without loss."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from invites.model.event import Event
from invites.model.recipient import Recipient
from invites.model.reply import Answer, Delegate, Verb

_EVENT = TypeAdapter(Event)
_RECIPIENT = TypeAdapter(Recipient)


def event_to_json(event: Event) -> str:
    """An Event as JSON; instants carry their offset."""
    return _EVENT.dump_json(event).decode()


def event_from_json(text: str) -> Event:
    """Back to an Event, its instants in the event's own zone again."""
    event = _EVENT.validate_json(text)
    zone = ZoneInfo(event.zone)

    def local(instant: datetime | None) -> datetime | None:
        return instant.astimezone(zone) if instant else None

    return replace(
        event,
        start=local(event.start),
        end=local(event.end),
        reply_by=local(event.reply_by),
        late_until=local(event.late_until),
    )


def recipient_to_json(recipient: Recipient) -> str:
    """A Recipient as JSON."""
    return _RECIPIENT.dump_json(recipient).decode()


def recipient_from_json(text: str) -> Recipient:
    """Back to a Recipient."""
    return _RECIPIENT.validate_json(text)


_PLAIN = ("verb", "delegate_count", "spouse", "names_to_follow")


def personal_to_json(answer: Answer) -> str:
    """What of an answer is personal data: names, diet, remarks, contact."""
    return json.dumps({name: value for name, value in asdict(answer).items() if name not in _PLAIN}, ensure_ascii=False)


def answer_from(row: Any, personal: str) -> Answer:
    """The Answer again, from a reply row and its personal part ("{}" after erasure)."""
    fields: dict[str, Any] = json.loads(personal)
    who = fields.pop("representative", None)
    delegates = fields.pop("delegates", ())
    return Answer(
        verb=Verb(row.verb),
        delegate_count=row.delegate_count,
        spouse=row.spouse,
        names_to_follow=row.names_to_follow,
        representative=Delegate(**who) if who else None,
        delegates=tuple(Delegate(**delegate) for delegate in delegates),
        **fields,
    )
