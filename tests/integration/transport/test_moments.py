"""What each end of a conversation means, a test a row: nothing is called sent that was not, nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from invites.errors import StoreError
from invites.model.delivery import Moment
from tests.integration.transport.letter import CONTENT, ENVELOPE, Claim, attempt, noticed, to
from tests.integration.transport.relay import CLOSES, ESMTP, KEEPS_SILENT, RESETS, BendableRelay, Does, says

GROUPED = pytest.mark.parametrize("offers", [ESMTP, ()], ids=["pipelined", "one-by-one"])
BEFORE_THE_DOT = pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
LOSSES = pytest.mark.parametrize(
    "loss",
    [
        CLOSES,
        RESETS,
        KEEPS_SILENT,
        says(b"oops\r\n"),
        says(b"25\r\n"),
        says(b"150 wait\r\n"),
        says(b"250-unfinished", then="close"),
        says(b"250-two\r\n", b"550 minds\r\n"),
        says(b"2" * 40_000),
    ],
    ids=["cut", "reset", "silent", "garbage", "two-digits", "1xx", "half-an-answer", "two-minds", "endless"],
)


def patience_for(loss: Does) -> float:
    return 0.6 if loss is KEEPS_SILENT else 10


async def test_a_message_is_taken_and_its_claim_is_asked_once() -> None:
    claim = Claim()
    async with BendableRelay() as relay:
        outcome, usable = await attempt(relay, claim)
    assert usable
    assert outcome.moment is Moment.taken
    assert (outcome.phase, outcome.reply_code, outcome.reply_text) == ("dot", 250, "2.0.0 queued as 4XyZ")
    assert claim.asked == 1
    assert relay.heard.dots == 1
    assert relay.heard.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@GROUPED
@BEFORE_THE_DOT
@LOSSES
async def test_a_line_lost_before_the_dot_sends_nothing_and_claims_nothing(
    phase: str, loss: Does, offers: tuple[str, ...]
) -> None:
    claim = Claim()
    async with BendableRelay(offers=offers, **{phase: loss}) as relay:
        outcome, usable = await attempt(relay, claim, patience=patience_for(loss))
    assert not usable
    assert (outcome.moment, outcome.phase) == (Moment.lost_before_dot, phase)
    assert outcome.reply_code in (None, 150)
    assert claim.asked == 0
    assert relay.heard.dots == 0
    assert "QUIT" not in relay.heard.verbs


@pytest.mark.parametrize("loss", [CLOSES, RESETS], ids=["cut", "reset"])
async def test_a_line_lost_in_the_body_sends_no_dot(loss: Does) -> None:
    async with BendableRelay(body=loss) as relay, to(relay).session() as session:

        async def slow_claim() -> bool:
            await noticed(session)
            return True

        outcome = await session.deliver(ENVELOPE, CONTENT, slow_claim)
    assert (outcome.moment, outcome.phase) == (Moment.lost_before_dot, "body")
    assert relay.heard.dots == 0


@GROUPED
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", [450, 452, 499])
async def test_a_4xx_is_a_refusal_for_now_and_the_next_message_goes(
    phase: str, code: int, offers: tuple[str, ...]
) -> None:
    first, second = Claim(), Claim()
    async with (
        BendableRelay(offers=offers, **{phase: says(b"%d 4.2.0 later\r\n" % code)}) as relay,
        to(relay).session() as session,
    ):
        refused = await session.deliver(ENVELOPE, CONTENT, first)
        assert session.usable
        taken = await session.deliver(ENVELOPE, CONTENT, second)
    assert (refused.moment, refused.phase, refused.reply_code) == (Moment.refused_for_now, phase, code)
    assert refused.reply_text == "4.2.0 later"
    assert first.asked == (1 if phase == "dot" else 0)
    assert taken.moment is Moment.taken
    assert relay.heard.connections == 1


@GROUPED
@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
async def test_a_5xx_is_a_refusal_for_good_and_the_next_message_goes(phase: str, offers: tuple[str, ...]) -> None:
    first = Claim()
    async with (
        BendableRelay(offers=offers, **{phase: says(b"550-5.1.1 no such\r\n", b"550 5.1.1 user\r\n")}) as relay,
        to(relay).session() as session,
    ):
        refused = await session.deliver(ENVELOPE, CONTENT, first)
        assert session.usable
        taken = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert (refused.moment, refused.phase, refused.reply_code) == (Moment.refused, phase, 550)
    assert refused.reply_text == "5.1.1 no such\n5.1.1 user"
    assert first.asked == (1 if phase == "dot" else 0)
    assert taken.moment is Moment.taken


async def test_a_refused_sender_is_the_relay_s_matter_and_no_recipient_s() -> None:
    claim = Claim()
    async with BendableRelay(mail=says(b"550 5.7.60 you may not send as this sender\r\n")) as relay:
        outcome, _ = await attempt(relay, claim)
    assert (outcome.moment, outcome.phase) == (Moment.relay_unavailable, "mail")
    assert claim.asked == 0


@pytest.mark.parametrize("said", [b"552 5.3.4 too big\r\n", b"552 too big\r\n"])
async def test_a_message_too_big_for_the_relay_is_refused(said: bytes) -> None:
    async with BendableRelay(mail=says(said)) as relay:
        outcome, _ = await attempt(relay, Claim())
    assert (outcome.moment, outcome.phase) == (Moment.refused, "mail")


@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("said", "moment"),
    [
        (b"552 5.2.2 mailbox full\r\n", Moment.refused_for_now),
        (b"552-5.2.2 over\r\n552 5.2.2 quota\r\n", Moment.refused_for_now),
        (b"552 over quota\r\n", Moment.refused_for_now),
        (b"552 5.3.4 too big for this system\r\n", Moment.refused),
        (b"552 5.2.3 too long for this mailbox\r\n", Moment.refused),
        (b"552-5.7.0 blocked\r\n552 5.7.0 for its content\r\n", Moment.refused),
    ],
)
async def test_a_full_mailbox_is_a_refusal_for_now_and_any_other_552_for_good(
    phase: str, said: bytes, moment: Moment
) -> None:
    async with BendableRelay(**{phase: says(said)}) as relay:
        outcome, usable = await attempt(relay, Claim())
    assert usable
    assert (outcome.moment, outcome.phase, outcome.reply_code) == (moment, phase, 552)


@pytest.mark.parametrize("answer", [b"250 ok\r\n", b"200\r\n", b"299 fine\n", b"250-a\r\n250-b\r\n250 c\r\n"])
async def test_any_2xx_to_the_dot_is_sent(answer: bytes) -> None:
    async with BendableRelay(dot=says(answer)) as relay, to(relay).session() as session:
        assert (await session.deliver(ENVELOPE, CONTENT, Claim())).moment is Moment.taken


@pytest.mark.parametrize("then", ["close", "reset"])
async def test_an_answer_to_the_dot_outlives_the_line(then: str) -> None:
    answers = {"close": says(b"250 kept\r\n", then="close"), "reset": says(b"250 kept\r\n", b"", b"", then="reset")}
    async with BendableRelay(dot=answers[then]) as relay, to(relay).session() as session:
        outcome = await session.deliver(ENVELOPE, CONTENT, Claim())
        await noticed(session)
        after = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert outcome.moment is Moment.taken
    assert after.moment is Moment.lost_before_dot
    assert relay.heard.connections == 1


@LOSSES
async def test_a_line_lost_after_the_dot_is_unknown(loss: Does) -> None:
    claim = Claim()
    async with BendableRelay(dot=loss) as relay:
        outcome, usable = await attempt(relay, claim, patience=patience_for(loss))
    assert not usable
    assert (outcome.moment, outcome.phase) == (Moment.lost_after_dot, "dot")
    assert claim.asked == 1
    assert relay.heard.dots == 1
    assert "QUIT" not in relay.heard.verbs


async def test_an_endless_answer_is_not_collected() -> None:
    async with BendableRelay(dot=says(b"2" * 40_000)) as relay:
        outcome, _ = await attempt(relay, Claim())
    assert outcome.reply_text == "an endless answer"


async def test_a_3xx_to_the_dot_is_unknown() -> None:
    async with BendableRelay(dot=says(b"354 go on\r\n")) as relay:
        outcome, usable = await attempt(relay, Claim())
    assert not usable
    assert (outcome.moment, outcome.reply_code) == (Moment.lost_after_dot, 354)


@GROUPED
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
async def test_a_421_anywhere_means_that_the_relay_is_away(phase: str, offers: tuple[str, ...]) -> None:
    async with BendableRelay(offers=offers, **{phase: says(b"421 4.3.2 going down\r\n", then="close")}) as relay:
        outcome, usable = await attempt(relay, Claim())
    assert not usable
    assert (outcome.moment, outcome.phase, outcome.reply_code) == (Moment.relay_unavailable, phase, 421)


async def test_a_421_between_two_messages_means_that_the_relay_is_away() -> None:
    async with (
        BendableRelay(dot=says(b"250 kept\r\n", b"421 4.4.2 idle\r\n")) as relay,
        to(relay).session() as session,
    ):
        await session.deliver(ENVELOPE, CONTENT, Claim())
        await noticed(session)
        outcome = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert (outcome.moment, outcome.reply_code) == (Moment.relay_unavailable, 421)
    assert relay.heard.dots == 1


async def test_a_relay_that_speaks_out_of_turn_between_two_messages_is_asked_nothing_more() -> None:
    async with (
        BendableRelay(dot=says(b"250 kept\r\n", b"250 and another\r\n")) as relay,
        to(relay).session() as session,
    ):
        await session.deliver(ENVELOPE, CONTENT, Claim())
        await noticed(session)
        outcome = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert outcome.moment is Moment.lost_before_dot
    assert relay.heard.verbs == ["EHLO", "MAIL", "RCPT", "DATA"]


@GROUPED
async def test_a_refused_recipient_gets_no_dot_even_from_a_relay_that_says_354(offers: tuple[str, ...]) -> None:
    claim = Claim()
    no_such_user = says(b"550 5.1.1 no such user\r\n")
    async with BendableRelay(offers=offers, rcpt=no_such_user, data=says(b"354 go on\r\n")) as relay:
        outcome, usable = await attempt(relay, claim)
    assert usable == ("PIPELINING" not in offers)
    assert (outcome.moment, outcome.phase) == (Moment.refused, "rcpt")
    assert claim.asked == 0
    assert relay.heard.dots == 0
    assert relay.heard.bodies in ([], [b""])


@pytest.mark.parametrize("end", [CLOSES, says(b"421 4.7.0 too many errors\r\n", then="close")], ids=["cut", "421"])
@pytest.mark.parametrize("phase", ["data", "rset"])
async def test_a_refusal_outlives_the_line(phase: str, end: Does) -> None:
    async with BendableRelay(rcpt=says(b"550 5.1.1 no such user\r\n"), **{phase: end}) as relay:
        outcome, usable = await attempt(relay, Claim())
    assert not usable
    assert (outcome.moment, outcome.phase, outcome.reply_code) == (Moment.refused, "rcpt", 550)


async def test_a_relay_that_will_not_start_afresh_is_not_used_again() -> None:
    async with BendableRelay(offers=(), rcpt=says(b"450 later\r\n"), rset=says(b"500 what?\r\n")) as relay:
        outcome, usable = await attempt(relay, Claim())
    assert not usable
    assert outcome.moment is Moment.refused_for_now


async def test_what_may_not_go_any_more_ends_without_dot_and_without_quit() -> None:
    claim = Claim(granted=False)
    async with BendableRelay() as relay:
        outcome, usable = await attempt(relay, claim)
    assert not usable
    assert outcome.moment is Moment.not_claimed
    assert claim.asked == 1
    assert relay.heard.dots == 0
    assert relay.heard.resets == 1
    assert relay.heard.verbs == ["EHLO", "MAIL", "RCPT", "DATA"]


async def test_a_claim_that_fails_ends_without_dot_and_is_heard_of() -> None:
    async def broken() -> bool:
        raise StoreError("disk_full")

    async with BendableRelay() as relay, to(relay).session() as session:
        with pytest.raises(StoreError):
            await session.deliver(ENVELOPE, CONTENT, broken)
        assert not session.usable
    assert relay.heard.dots == 0
    assert "QUIT" not in relay.heard.verbs


async def test_a_worker_stopped_during_its_claim_sends_no_dot() -> None:
    async with BendableRelay() as relay:

        async def send() -> None:
            async with to(relay).session() as session:
                await session.deliver(ENVELOPE, CONTENT, asyncio.Event().wait)

        worker = asyncio.create_task(send())
        await relay.body_of(len(CONTENT))
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await worker
    assert relay.heard.dots == 0
    assert "QUIT" not in relay.heard.verbs


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        (b"552 5.2.3 too long for this mailbox\r\n", Moment.refused),
        (b"452 4.3.1 disk full\r\n", Moment.refused_for_now),
        (b"421 4.3.0 going down\r\n", Moment.relay_unavailable),
        (b"250 2.0.0 queued already\r\n", Moment.lost_before_dot),
        (b"25", Moment.lost_before_dot),
    ],
)
async def test_an_answer_before_the_dot_is_never_taken_for_the_answer_to_the_dot(said: bytes, moment: Moment) -> None:
    asked = 0
    async with BendableRelay(body=says(said)) as relay, to(relay).session() as session:

        async def slow_claim() -> bool:
            nonlocal asked
            asked += 1
            await noticed(session)
            return True

        outcome = await session.deliver(ENVELOPE, CONTENT, slow_claim)
        assert not session.usable
    assert (outcome.moment, outcome.phase) == (moment, "body")
    assert asked == 1
    assert relay.heard.dots == 0


async def test_a_relay_that_stops_reading_gets_no_late_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim()
    monkeypatch.setattr("invites.transport.conversation._DOT_AFTER_CLAIM", 0.1)
    big = CONTENT + (b"x" * 76 + b"\r\n") * 300_000
    async with BendableRelay(body=KEEPS_SILENT) as relay:
        outcome, usable = await attempt(relay, claim, content=big)
    assert not usable
    assert (outcome.moment, outcome.phase) == (Moment.lost_before_dot, "body")
    assert claim.asked == 1
    assert relay.heard.dots == 0
