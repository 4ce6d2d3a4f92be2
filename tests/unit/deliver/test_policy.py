"""What follows from each moment; docs/delivery.md shows the same table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invites.deliver.policy import LAST_TRY, decide
from invites.model.delivery import DeliveryState, Moment, Outcome


def outcome(moment: Moment, code: int | None = None) -> Outcome:
    return Outcome(moment=moment, reply_code=code)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (Moment.taken, DeliveryState.sent),
        (Moment.refused, DeliveryState.failed),
        (Moment.lost_after_dot, DeliveryState.unknown),
        (Moment.refused_for_now, DeliveryState.deferred),
        (Moment.lost_before_dot, DeliveryState.queued),
        (Moment.relay_unavailable, DeliveryState.queued),
        (Moment.not_claimed, None),
    ],
)
def test_every_moment_has_its_state(moment: Moment, state: DeliveryState | None) -> None:
    assert decide(outcome(moment), 1).state is state


@given(st.sampled_from(list(Moment)), st.integers(1, 100), st.integers(400, 599), st.floats(-1, 1))
def test_only_a_lost_answer_makes_an_unknown_and_only_a_2xx_makes_a_sent(
    moment: Moment, attempt: int, code: int, jitter: float
) -> None:
    state = decide(outcome(moment, code), attempt, jitter=jitter).state
    assert (state is DeliveryState.unknown) == (moment is Moment.lost_after_dot)
    assert (state is DeliveryState.sent) == (moment is Moment.taken)


@given(st.sampled_from(list(Moment)), st.integers(1, 100))
def test_what_waits_has_a_time_to_wait_and_nothing_else_has(moment: Moment, attempt: int) -> None:
    decision = decide(outcome(moment), attempt)
    assert (decision.wait is not None) == (decision.state is DeliveryState.deferred)


def test_greylisting_is_tried_again_soon_and_a_full_mailbox_later() -> None:
    grey = decide(outcome(Moment.refused_for_now, 451), 1).wait
    full = decide(outcome(Moment.refused_for_now, 452), 1).wait
    assert grey is not None
    assert full is not None
    assert grey <= timedelta(minutes=6)
    assert full >= timedelta(hours=1)


@pytest.mark.parametrize("moment", [Moment.refused_for_now, Moment.lost_before_dot])
@pytest.mark.parametrize("code", [None, 450, 451, 452, 552])
def test_no_letter_fails_within_two_days_of_tries(moment: Moment, code: int | None) -> None:
    waits = [decide(outcome(moment, code), tries, jitter=-1).wait or timedelta(0) for tries in range(1, LAST_TRY)]
    assert sum(waits, timedelta(0)) >= timedelta(days=2)


def test_a_deferral_does_not_go_on_for_ever() -> None:
    assert decide(outcome(Moment.refused_for_now), LAST_TRY).state is DeliveryState.failed


@pytest.mark.parametrize("said", [421, 550])
def test_a_relay_that_is_away_fails_nobody_however_long(said: int) -> None:
    away = Outcome(moment=Moment.relay_unavailable, phase="mail", reply_code=said)
    assert {(decision.state, decision.counted) for decision in (decide(away, n) for n in range(1, 99))} == {
        (DeliveryState.queued, False)
    }


@pytest.mark.parametrize("moment", [Moment.refused_for_now, Moment.lost_before_dot])
def test_what_a_relay_says_before_it_knows_the_recipient_fails_nobody(moment: Moment) -> None:
    full = decide(Outcome(moment=moment, phase="mail"), 99)
    assert (full.state, full.counted) == (DeliveryState.deferred, False)


@pytest.mark.parametrize("moment", [Moment.refused_for_now, Moment.lost_before_dot])
@pytest.mark.parametrize("tries", [1, LAST_TRY])
def test_a_try_that_met_this_very_letter_counts(moment: Moment, tries: int) -> None:
    assert decide(Outcome(moment=moment, phase="rcpt"), tries).counted


def test_a_line_that_keeps_breaking_is_not_hammered() -> None:
    assert [decide(outcome(Moment.lost_before_dot), n).state for n in (1, 2, 3)] == [
        DeliveryState.queued,
        DeliveryState.queued,
        DeliveryState.deferred,
    ]


def test_only_the_relays_own_trouble_pauses_it() -> None:
    assert {moment for moment in Moment if decide(outcome(moment), 1).pause_relay} == {Moment.relay_unavailable}
