"""The outbox over a relay that can be bent: what each trouble leaves behind, and what a second run does."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from invites.deliver import worker
from invites.deliver.policy import LAST_TRY
from invites.deliver.worker import drain
from invites.errors import DeliveryError, StoreError
from invites.model.delivery import DeliveryState, Moment, Outcome
from invites.model.message import Envelope
from invites.ports import Claim, Session, Transport
from invites.transport.smtp import SmtpTransport
from tests.integration.transport.letter import to
from tests.integration.transport.relay import CLOSES, BendableRelay, says
from tests.scene import NOW, Outbox, planned

RELAY = "smtp://relay.example:587"


async def send(outbox: Outbox, relay: Transport) -> int:
    store = outbox.store
    return await drain(
        deliveries=store.deliveries, leases=store.leases, blobs=outbox.blobs, transport=relay, clock=outbox.clock
    )


def states(outbox: Outbox) -> dict[str, str]:
    return {item.code: item.state.value for item in outbox.store.deliveries.of_event("jakarta")}


def recipients(relay: BendableRelay) -> list[str]:
    found = (re.match(r"RCPT TO:<(.*?)>", command, re.IGNORECASE) for command in relay.heard.commands)
    return [match[1] for match in found if match]


async def test_every_letter_goes_once_to_its_own_embassy(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU")
    async with BendableRelay() as relay:
        assert await send(outbox, to(relay)) == 3
        assert await send(outbox, to(relay)) == 0
    assert set(states(outbox).values()) == {"sent"}
    assert sorted(recipients(relay)) == [f"protocol@embassy-{code}.example" for code in ("jp", "ru", "th")]
    assert relay.heard.dots == 3


async def test_each_body_is_the_frozen_message_under_a_date(outbox: Outbox) -> None:
    outbox.release("JP")
    async with BendableRelay() as relay:
        await send(outbox, to(relay))
    (item,) = outbox.store.deliveries.of_event("jakarta")
    assert relay.heard.bodies == [f"Date: {item.date_header}\r\n".encode() + outbox.blobs.get(item.blob)]


async def test_a_greylisted_letter_waits_and_the_others_go(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU")
    async with BendableRelay(rcpt=says(b"450 4.2.0 greylisted\r\n")) as relay:
        assert await send(outbox, to(relay)) == 2
        assert sorted(states(outbox).values()) == ["deferred", "sent", "sent"]
        assert await send(outbox, to(relay)) == 0
        outbox.clock.advance(timedelta(minutes=10))
        assert await send(outbox, to(relay)) == 1
    assert set(states(outbox).values()) == {"sent"}
    assert relay.heard.dots == 3


async def test_a_refused_letter_keeps_the_servers_words_and_is_not_tried_again(outbox: Outbox) -> None:
    outbox.release("JP")
    async with BendableRelay(rcpt=says(b"550 5.1.1 no such mission\r\n")) as relay:
        await send(outbox, to(relay))
        outbox.clock.advance(timedelta(days=3))
        await send(outbox, to(relay))
    (item,) = outbox.store.deliveries.of_event("jakarta")
    assert (item.state, item.reply_code, item.reply_text) == (DeliveryState.failed, 550, "5.1.1 no such mission")
    assert len(recipients(relay)) == 1


async def test_a_line_cut_after_the_dot_is_unknown_and_never_sent_again(outbox: Outbox) -> None:
    outbox.release("JP")
    async with BendableRelay(dot=CLOSES) as relay:
        await send(outbox, to(relay))
        outbox.clock.advance(timedelta(days=3))
        await send(outbox, to(relay))
    assert states(outbox) == {"JP": "unknown"}
    assert relay.heard.dots == 1


async def test_a_line_cut_before_the_body_is_mended_in_the_same_run(outbox: Outbox) -> None:
    outbox.release("JP")
    async with BendableRelay(data=CLOSES) as relay:
        assert await send(outbox, to(relay)) == 1
    assert states(outbox) == {"JP": "sent"}
    assert relay.heard.dots == 1


async def test_a_relay_that_goes_away_pauses_everything_and_fails_nobody(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU")
    async with BendableRelay(mail=says(b"421 4.3.2 closing\r\n")) as relay:
        with pytest.raises(DeliveryError, match="relay_unavailable"):
            await send(outbox, to(relay))
        assert "failed" not in states(outbox).values()
        await send(outbox, to(relay))
    assert set(states(outbox).values()) == {"sent"}
    assert relay.heard.dots == 3


async def test_a_relay_that_lets_in_one_connection_only_gets_every_letter_over_it(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU", "DE")
    async with BendableRelay(greeting=says(b"421 4.7.0 too many connections\r\n", then="close")) as relay:
        assert await send(outbox, to(relay)) == 4
    assert relay.heard.dots == 4


async def test_a_relay_that_is_not_there_leaves_every_letter_as_it_was(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    async with BendableRelay() as relay:
        gone = to(relay)
    with pytest.raises(DeliveryError):
        await send(outbox, gone)
    assert [(item.state, item.attempt) for item in outbox.store.deliveries.of_event("jakarta")] == [
        (DeliveryState.queued, 0)
    ] * 2


async def test_no_dot_goes_when_too_little_of_the_lease_is_left(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.release("JP")
    monkeypatch.setattr(worker, "LEASE", 29.0)
    async with BendableRelay() as relay:
        with pytest.raises(DeliveryError, match="relay_lost"):
            await send(outbox, to(relay))
    assert relay.heard.dots == 0
    assert states(outbox) == {"JP": "queued"}


async def test_a_withdrawn_letter_does_not_go(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    outbox.release("TH")
    async with BendableRelay() as relay:
        assert await send(outbox, to(relay)) == 1
    assert states(outbox) == {"JP": "withdrawn", "TH": "sent"}
    assert recipients(relay) == ["protocol@embassy-th.example"]


async def test_stopping_finishes_what_is_under_way_and_begins_no_other(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU", "DE", "FR")
    sent: list[str] = []
    async with BendableRelay() as relay:
        await drain(
            deliveries=outbox.store.deliveries,
            leases=outbox.store.leases,
            blobs=outbox.blobs,
            transport=to(relay),
            clock=outbox.clock,
            progress=lambda item, _state: sent.append(item.code),
            stopping=lambda: bool(sent),
        )
    assert 1 <= len(sent) <= 2
    assert sorted(states(outbox).values()) == ["queued"] * (5 - len(sent)) + ["sent"] * len(sent)
    assert relay.heard.dots == len(sent)


async def test_another_process_at_the_relay_is_waited_for_and_then_named(outbox: Outbox) -> None:
    outbox.release("JP")
    async with BendableRelay() as relay:
        transport = to(relay)
        assert isinstance(transport, SmtpTransport)
        assert outbox.store.leases.take(transport.name, outbox.store.leases.identify(), NOW)
        with pytest.raises(DeliveryError, match="relay_busy"):
            await send(outbox, transport)
    assert states(outbox) == {"JP": "queued"}


async def test_a_second_try_carries_the_date_of_the_first(outbox: Outbox) -> None:
    outbox.release("JP")
    async with BendableRelay(dot=says(b"451 4.3.0 try again\r\n")) as relay:
        await send(outbox, to(relay))
        outbox.clock.advance(timedelta(days=1))
        assert await send(outbox, to(relay)) == 1
    first, second = relay.heard.bodies
    assert first == second


async def test_a_long_run_keeps_its_lease_and_hears_when_it_lost_it(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_BEAT", 0.02)
    leases, name = outbox.store.leases, outbox.store.leases.identify()
    run = worker._Run(
        outbox.store.deliveries, outbox.blobs, outbox.clock, name, lambda *_: None, lambda: False, 0, lease_ends=1.0
    )
    assert leases.take(RELAY, name, NOW)
    beating = asyncio.create_task(worker._keep_lease(run, leases, RELAY))
    while run.lease_ends == 1.0:  # noqa: ASYNC110 - a heartbeat sets no event
        await asyncio.sleep(0.01)
    assert run.holds_lease()
    leases.drop(RELAY, name)
    await beating
    assert not run.holds_lease()
    assert run.over


async def test_a_damaged_letter_keeps_no_other_from_going_and_is_reported(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU")
    damaged = outbox.store.deliveries.due(NOW)[0]
    path = outbox.blobs._path(damaged.blob)
    path.write_bytes(b"damaged" * 10)
    async with BendableRelay() as relay:
        with pytest.raises(StoreError, match="blob_damaged"):
            await send(outbox, to(relay))
    assert states(outbox) == {"JP": "queued", "TH": "sent", "RU": "sent"}


async def test_a_file_cut_short_keeps_no_other_from_going_and_is_reported(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    outbox.blobs._path(outbox.store.deliveries.due(NOW)[0].blob).write_bytes(b"")
    async with BendableRelay() as relay:
        with pytest.raises(StoreError, match="blob_damaged"):
            await send(outbox, to(relay))
    assert states(outbox) == {"JP": "queued", "TH": "sent"}


async def test_more_damaged_letters_than_are_read_at_a_time_keep_no_other_from_going(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_READ", 1)
    outbox.release("JP", "TH", "RU")
    for item in outbox.store.deliveries.due(NOW)[:2]:
        outbox.blobs._path(item.blob).write_bytes(b"damaged" * 10)
    async with BendableRelay() as relay:
        with pytest.raises(StoreError, match="blob_damaged"):
            await send(outbox, to(relay))
    assert states(outbox) == {"JP": "queued", "TH": "queued", "RU": "sent"}


@pytest.mark.parametrize("text", ["a bare \n", "x" * 999], ids=["bare LF", "long line"])
async def test_a_letter_not_fit_for_the_wire_fails_with_the_reason_and_the_others_go(outbox: Outbox, text: str) -> None:
    letters = [planned("JP", text, blobs=outbox.blobs), planned("TH", blobs=outbox.blobs)]
    outbox.release_all(letters)
    async with BendableRelay() as relay:
        assert await send(outbox, to(relay)) == 1
    unfit, other = outbox.store.deliveries.of_event("jakarta")
    assert (unfit.state, other.state) == (DeliveryState.failed, DeliveryState.sent)
    assert unfit.reply_text.startswith("the message holds")
    assert recipients(relay) == ["protocol@embassy-th.example"]


AWAY = Outcome(moment=Moment.relay_unavailable, phase="rcpt", reply_code=421)


@dataclass
class Ending:
    """ports.Transport and ports.Session: a relay at which every try ends as it is told to."""

    ends: Callable[[Envelope], Outcome]
    tries: list[str] = field(default_factory=list)
    name = RELAY
    live = False
    usable = True

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        yield self

    async def deliver(self, envelope: Envelope, _content: bytes, claim: Claim) -> Outcome:
        self.tries.append(envelope.rcpt_to)
        outcome = self.ends(envelope)
        assert outcome.moment is not Moment.taken or await claim()
        return outcome


@pytest.mark.parametrize(
    "outage",
    [
        AWAY,
        Outcome(moment=Moment.relay_unavailable, phase="mail", reply_code=550),
        Outcome(moment=Moment.refused_for_now, phase="mail", reply_code=452),
        Outcome(moment=Moment.lost_before_dot, phase="mail"),
    ],
    ids=["421", "sender refused", "disk full", "cut"],
)
async def test_an_outage_of_weeks_fails_nobody_then_or_afterwards(outbox: Outbox, outage: Outcome) -> None:
    outbox.release("JP")
    for _ in range(LAST_TRY + 1):
        with contextlib.suppress(DeliveryError):
            await send(outbox, Ending(lambda _: outage))
        outbox.clock.advance(timedelta(days=1))
    assert outbox.store.deliveries.of_event("jakarta")[0].attempt > LAST_TRY
    async with BendableRelay(rcpt=says(b"450 4.2.0 greylisted\r\n")) as relay:
        assert await send(outbox, to(relay)) == 0
        assert states(outbox) == {"JP": "deferred"}
        outbox.clock.advance(timedelta(hours=6))
        assert await send(outbox, to(relay)) == 1


async def test_a_letter_that_is_put_off_for_days_fails_and_a_corrected_one_begins_anew(outbox: Outbox) -> None:
    full = Outcome(moment=Moment.refused_for_now, phase="rcpt", reply_code=452)
    outbox.release("JP")
    for _ in range(LAST_TRY):
        assert states(outbox) != {"JP": "failed"}
        await send(outbox, Ending(lambda _: full))
        outbox.clock.advance(timedelta(days=1))
    assert states(outbox) == {"JP": "failed"}
    outbox.release("JP", text="corrected")
    await send(outbox, Ending(lambda _: full))
    assert states(outbox) == {"JP": "deferred"}


async def test_a_letter_at_which_the_relay_breaks_keeps_the_others_back_for_one_run_only(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU", "DE")
    taken = Outcome(moment=Moment.taken, phase="dot", reply_code=250)
    relay = Ending(lambda envelope: AWAY if "-jp." in envelope.rcpt_to else taken)
    for _ in range(2):
        with pytest.raises(DeliveryError, match="relay_unavailable"):
            await send(outbox, relay)
    assert states(outbox) == {"JP": "queued", "TH": "sent", "RU": "sent", "DE": "sent"}


async def test_a_letter_that_was_corrected_while_it_was_refused_does_not_fail_and_nobody_is_told(
    outbox: Outbox,
) -> None:
    told: list[DeliveryState] = []

    def corrected(_: Envelope) -> Outcome:
        outbox.release("JP", text="corrected")
        return Outcome(moment=Moment.refused, phase="rcpt", reply_code=550)

    outbox.release("JP")
    relay = Ending(corrected)
    await drain(
        deliveries=outbox.store.deliveries,
        leases=outbox.store.leases,
        blobs=outbox.blobs,
        transport=relay,
        clock=outbox.clock,
        progress=lambda _item, state: told.append(state),
        stopping=lambda: bool(relay.tries),
    )
    assert (states(outbox), told) == ({"JP": "queued"}, [])
