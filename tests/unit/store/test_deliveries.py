"""The marker: one claim a message, every change at the attempt it names."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from invites.model.delivery import Delivery, DeliveryState, Moment, Outcome
from tests.scene import NOW, Outbox, approve, batch, confirmation, planned

TAKEN = Outcome(moment=Moment.taken, phase="dot", reply_code=250, reply_text="ok")
LATER = Outcome(moment=Moment.refused_for_now, phase="rcpt", reply_code=450, reply_text="grey")
REFUSED = Outcome(moment=Moment.refused, phase="rcpt", reply_code=550, reply_text="no such user")
AWAY = Outcome(moment=Moment.relay_unavailable, phase="rcpt", reply_code=421)
UNKNOWN = Outcome(moment=Moment.lost_after_dot, phase="dot")


def only(outbox: Outbox) -> Delivery:
    (found,) = outbox.store.deliveries.of_event("jakarta")
    return found


def claim(outbox: Outbox, item: Delivery, worker: str | None = None) -> bool:
    name = worker or outbox.store.leases.identify()
    return outbox.store.deliveries.claim(item, name, "Mon, 04 Jan 2027 02:00:00 +0000", NOW).result()


def test_a_message_is_claimed_once_however_many_ask(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _n: claim(outbox, item), range(40)))
    assert granted.count(True) == 1
    assert only(outbox).state is DeliveryState.sending


def test_nothing_is_due_or_claimed_before_the_batch_is_released(outbox: Outbox) -> None:
    letters = [planned("JP")]
    made = batch(letters)
    outbox.store.batches.freeze(made, letters)
    approve(outbox.store, "jakarta", "Sari")
    assert outbox.store.deliveries.due(NOW) == []
    assert not claim(outbox, only(outbox))


def test_a_letter_that_was_replaced_meanwhile_is_not_claimed(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    outbox.release("JP", text="corrected")
    assert not claim(outbox, item)
    assert claim(outbox, only(outbox))


def test_a_letter_that_was_withdrawn_meanwhile_is_not_claimed(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    (thai,) = [item for item in outbox.store.deliveries.due(NOW) if item.code == "TH"]
    outbox.release("JP")
    assert not claim(outbox, thai)


def test_a_letter_that_was_tried_meanwhile_is_not_claimed_by_who_read_it_before(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    assert outbox.store.deliveries.settle(item, DeliveryState.queued, LATER, NOW, claimed=False).result()
    assert not claim(outbox, item)


def test_the_date_of_the_first_attempt_is_kept(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    assert claim(outbox, item)
    assert only(outbox).date_header == "Mon, 04 Jan 2027 02:00:00 +0000"


def test_what_is_deferred_waits_for_its_time(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    later = NOW + timedelta(minutes=5)
    settle = outbox.store.deliveries.settle
    assert settle(item, DeliveryState.deferred, LATER, NOW, claimed=False, next_attempt_at=later).result()
    assert outbox.store.deliveries.due(NOW) == []
    (again,) = outbox.store.deliveries.due(later)
    assert (again.attempt, again.reply_text) == (1, "grey")


def test_an_answer_for_an_older_attempt_changes_nothing(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    settle = outbox.store.deliveries.settle
    assert claim(outbox, item)
    assert settle(item, DeliveryState.queued, LATER, NOW, claimed=True).result()
    assert claim(outbox, only(outbox))
    assert not settle(item, DeliveryState.sent, TAKEN, NOW, claimed=True).result()
    assert only(outbox).state is DeliveryState.sending


def test_who_claimed_nothing_cannot_change_what_was_sent(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    settle = outbox.store.deliveries.settle
    assert claim(outbox, item)
    assert settle(item, DeliveryState.sent, TAKEN, NOW, claimed=True).result()
    assert not settle(only(outbox), DeliveryState.queued, LATER, NOW, claimed=False).result()
    assert only(outbox).state is DeliveryState.sent


def test_an_answer_that_nobody_claimed_for_changes_nothing_at_a_later_attempt(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    settle = outbox.store.deliveries.settle
    assert settle(item, DeliveryState.queued, LATER, NOW, claimed=False).result()
    assert not settle(item, DeliveryState.failed, REFUSED, NOW, claimed=False).result()
    assert (only(outbox).state, only(outbox).attempt) == (DeliveryState.queued, 1)


def test_a_refusal_of_the_old_address_is_none_of_the_corrected_letters(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    outbox.release("JP", text="to the right address")
    assert not outbox.store.deliveries.settle(item, DeliveryState.failed, REFUSED, NOW, claimed=False).result()
    assert (only(outbox).state, only(outbox).attempt) == (DeliveryState.queued, 0)


def test_tries_that_count_are_those_of_the_bytes_that_are_approved_now(outbox: Outbox) -> None:
    outbox.release("JP")
    settle = outbox.store.deliveries.settle
    for counted in (True, False, True):
        assert settle(only(outbox), DeliveryState.queued, LATER, NOW, claimed=False, counted=counted).result()
    assert (only(outbox).attempt, only(outbox).tries) == (3, 2)
    assert settle(only(outbox), DeliveryState.failed, REFUSED, NOW, claimed=False).result()
    outbox.release("JP", text="corrected")
    assert (only(outbox).state, only(outbox).attempt, only(outbox).tries) == (DeliveryState.queued, 4, 0)


def test_what_was_tried_waits_for_what_was_not(outbox: Outbox) -> None:
    outbox.release("JP", "TH", "RU")
    first = outbox.store.deliveries.due(NOW)[0]
    assert outbox.store.deliveries.settle(first, DeliveryState.queued, AWAY, NOW, claimed=False).result()
    assert [item.code for item in outbox.store.deliveries.due(NOW)] == ["TH", "RU", "JP"]
    assert [item.code for item in outbox.store.deliveries.due(NOW, limit=1)] == ["TH"]


def test_a_dead_workers_message_becomes_unknown_and_is_never_due_again(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    script = "from invites.store.leases import SqlLeases; print(SqlLeases.identify(None))"  # its process ends at once
    dead = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
    assert outbox.store.leases.take("smtp://relay.example:587", dead, NOW)
    assert claim(outbox, item, dead)
    assert outbox.store.deliveries.reclaim(NOW) == 1
    assert only(outbox).state is DeliveryState.unknown
    assert outbox.store.deliveries.due(NOW + timedelta(days=9)) == []


def test_a_living_workers_message_is_left_to_it(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    worker = outbox.store.leases.identify()
    assert outbox.store.leases.take("smtp://relay.example:587", worker, NOW)
    assert claim(outbox, item, worker)
    assert outbox.store.deliveries.reclaim(NOW) == 0
    assert only(outbox).state is DeliveryState.sending


def test_what_a_run_left_behind_is_unknown_even_while_its_process_lives_on(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    assert claim(outbox, item, outbox.store.leases.identify())
    assert outbox.store.deliveries.reclaim(NOW) == 1
    assert only(outbox).state is DeliveryState.unknown


@pytest.mark.parametrize(
    ("outcome", "state", "taken"),
    [(TAKEN, DeliveryState.sent, True), (UNKNOWN, DeliveryState.queued, False)],
)
def test_late_evidence_may_settle_an_unknown_and_nothing_else_may(
    outbox: Outbox, outcome: Outcome, state: DeliveryState, taken: bool
) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    assert claim(outbox, item)
    settle = outbox.store.deliveries.settle
    assert settle(item, DeliveryState.unknown, UNKNOWN, NOW, claimed=True).result()
    assert settle(item, state, outcome, NOW, claimed=True).result() is taken


def test_the_same_message_outside_a_batch_is_queued_once(outbox: Outbox) -> None:
    for _ in range(2):
        outbox.store.deliveries.enqueue(confirmation(1), event="jakarta", code="JP", revision=1, number=1)
    assert len(outbox.store.deliveries.due(NOW)) == 1


def test_a_newer_confirmation_withdraws_the_one_that_still_waits(outbox: Outbox) -> None:
    for number in (1, 2):
        outbox.store.deliveries.enqueue(confirmation(number), event="jakarta", code="JP", revision=1, number=number)
    assert [item.round for item in outbox.store.deliveries.due(NOW)] == [2]
