"""What follows from a reply: one confirmation of the latest one, and a calendar entry that keeps to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest

from invites import pipeline
from invites.errors import MessageError, ReplyError
from invites.house import House
from invites.model.batch import Invitation
from invites.model.delivery import DeliveryState, MessageKind, Moment, Outcome
from invites.model.event import CalendarMode, Event
from invites.model.message import Envelope, Message
from invites.model.reply import Answer, Delegate, Reply, ReplyChannel, Verb
from invites.ports import Claim, Session
from tests.integration.web.world import BALI, World, dated

ACCEPTS = Answer(verb=Verb.accept)
DECLINES = Answer(verb=Verb.decline)


@dataclass
class Relay:
    """ports.Transport and ports.Session: takes everything and keeps what it took."""

    taken: list[bytes] = field(default_factory=list)
    name = "smtp://relay.example:587"
    live = False
    usable = True

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        yield self

    async def deliver(self, _envelope: Envelope, content: bytes, claim: Claim) -> Outcome:
        assert await claim()
        self.taken.append(content)
        return Outcome(moment=Moment.taken, phase="dot", reply_code=250)

    def confirmations(self) -> list[EmailMessage]:
        read = [message_from_bytes(content, policy=policy.default) for content in self.taken]
        return [message for message in read if message["Auto-Submitted"] == "auto-generated"]

    def entries(self) -> list[tuple[str, int, str, str]]:
        """Method (of the part and of the entry), SEQUENCE, STATUS and UID of what calendars were told, in order."""
        found = []
        for message in self.confirmations():
            for part in message.walk():
                if part.get_content_type() == "text/calendar":
                    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
                    (entry,) = calendar.walk("VEVENT")
                    assert part.get_param("method") == calendar["method"]
                    found.append((str(calendar["method"]), entry["sequence"], str(entry["status"]), str(entry["uid"])))
        return found


def by_phone(world: World, code: str, answer: Answer) -> None:
    pipeline.enter_answer(world.house, world.page(code), answer, channel=ReplyChannel.phone, by="Sari")


def letter(world: World, code: str) -> DeliveryState:
    found = world.store.deliveries.of_event("bali")
    return next(item.state for item in found if item.code == code and item.kind is MessageKind.invitation)


async def test_a_reply_that_staff_changed_by_telephone_is_not_confirmed_as_it_was(world: World) -> None:
    relay = Relay()
    world.answer("JP", ACCEPTS)
    by_phone(world, "JP", DECLINES)
    await pipeline.send_waiting(world.house, relay)
    assert relay.confirmations() == []
    assert not pipeline.something_waits(world.house, relay)


async def test_a_waiting_confirmation_does_not_outlive_its_reply(world: World) -> None:
    relay = Relay()
    world.answer("JP", ACCEPTS)
    assert pipeline.confirm(world.house) == []
    by_phone(world, "JP", DECLINES)
    await pipeline.send_waiting(world.house, relay)
    assert relay.confirmations() == []


def test_replies_take_no_waiting_letter_back(world: World) -> None:
    for answer in (ACCEPTS, DECLINES, ACCEPTS):  # the link was read from a sheet that was handed over
        world.answer("JP", answer)
    pipeline.confirm(world.house)
    assert letter(world, "JP") is DeliveryState.queued


async def test_a_decline_takes_the_entry_out_of_the_calendar_and_a_new_yes_puts_it_back(world: World) -> None:
    relay = Relay()
    substitute = Answer(verb=Verb.representative, representative=Delegate(name="Ada Contoh"))
    for answer in (ACCEPTS, DECLINES, substitute, ACCEPTS, DECLINES, DECLINES):
        world.answer("JP", answer)
        await pipeline.send_waiting(world.house, relay)
    assert len(relay.confirmations()) == 6
    methods, sequences, statuses, uids = zip(*relay.entries(), strict=True)
    assert methods == ("REQUEST", "CANCEL", "REQUEST", "REQUEST", "CANCEL")
    assert statuses == ("CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED", "CANCELLED")
    assert sequences == (1, 2, 3, 4, 5)
    assert len(set(uids)) == 1


async def test_a_decline_by_an_embassy_without_an_entry_cancels_nothing(world: World) -> None:
    relay = Relay()
    world.answer("JP", ACCEPTS)  # its confirmation never leaves
    world.answer("TH", ACCEPTS)
    world.answer("JP", DECLINES)
    await pipeline.send_waiting(world.house, relay)
    assert [(method, sequence) for method, sequence, *_ in relay.entries()] == [("REQUEST", 1)]
    assert len(relay.confirmations()) == 2


async def test_an_event_that_sends_no_entries_cancels_none(world: World) -> None:
    relay = Relay()
    world.invite(dated(BALI, slug="plain", calendar=CalendarMode.none))
    for answer in (ACCEPTS, DECLINES):
        page = pipeline.reply_page(world.house, world.house.link("plain", "JP").token)
        pipeline.give_answer(world.house, page, answer, version=page.version, language="id")
        await pipeline.send_waiting(world.house, relay)
    assert (len(relay.confirmations()), relay.entries()) == (2, [])


@pytest.mark.parametrize("fault", [MessageError("message_text", part="text/plain"), ValueError("Ada Contoh")])
async def test_a_confirmation_that_cannot_be_written_keeps_nothing_else_back_and_is_reported(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    ordinary = House.confirmation_message

    def poisoned(house: House, event: Event, invitation: Invitation, reply: Reply, *rest: Any) -> Message:
        if invitation.code == "JP":
            raise fault
        return ordinary(house, event, invitation, reply, *rest)

    monkeypatch.setattr(House, "confirmation_message", poisoned)
    relay = Relay()
    for code in ("JP", "TH"):
        world.answer(code, ACCEPTS)
    with pytest.raises(MessageError) as caught:
        await pipeline.send_waiting(world.house, relay)
    assert (caught.value.key, caught.value.fields["ref"]) == ("confirmation_unwritten", "BALI-JP-1")
    assert "Ada Contoh" not in str(caught.value)
    assert len(relay.confirmations()) == 1
    assert letter(world, "US") is DeliveryState.sent


def test_staff_can_enter_no_more_delegates_than_the_event_has_room_for(world: World) -> None:
    most = BALI.max_delegates
    by_phone(world, "JP", Answer(verb=Verb.accept, delegate_count=most))
    with pytest.raises(ReplyError, match="too_many_delegates"):
        by_phone(world, "JP", Answer(verb=Verb.accept, delegate_count=most + 1))
    assert len(world.history("JP")) == 1
