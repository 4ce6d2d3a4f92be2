"""Freezing again replaces what waits and never touches what has left."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from invites.model.batch import BatchState
from invites.model.delivery import DeliveryState, MessageKind, Moment, Outcome
from invites.store.tables import link
from invites.track import links
from tests.scene import BASE_URL, KEY, NOW, Outbox, batch, confirmation, event, planned, recipient

TAKEN = Outcome(moment=Moment.taken, phase="dot", reply_code=250)


def states(outbox: Outbox) -> dict[str, str]:
    return {item.code: item.state.value for item in outbox.store.deliveries.of_event("jakarta")}


def sent(outbox: Outbox, code: str) -> None:
    (item,) = [found for found in outbox.store.deliveries.of_event("jakarta") if found.code == code]
    worker = outbox.store.leases.identify()
    assert outbox.store.deliveries.claim(item, worker, "date", NOW).result()
    assert outbox.store.deliveries.settle(item, DeliveryState.sent, TAKEN, NOW, claimed=True).result()


def test_freezing_the_same_batch_twice_adds_nothing(outbox: Outbox) -> None:
    letters = [planned("JP"), planned("TH")]
    for _ in range(2):
        outbox.store.batches.freeze(batch(letters), letters)
    assert len(outbox.store.batches.invitations("jakarta")) == 2
    assert len(outbox.store.deliveries.of_event("jakarta")) == 2


def test_what_is_frozen_comes_back_as_it_was(outbox: Outbox) -> None:
    letters = [planned("JP")]
    outbox.store.batches.freeze(batch(letters), letters)
    current = outbox.store.batches.current("jakarta")
    assert current is not None
    assert current.event == event()
    assert current.event.start is not None
    assert str(current.event.start.tzinfo) == "Asia/Jakarta"
    assert list(outbox.store.batches.invitations("jakarta")) == [letters[0].invitation]


def test_a_new_batch_takes_the_place_of_one_that_was_not_released(outbox: Outbox) -> None:
    first, second = [planned("JP"), planned("TH")], [planned("JP", "other")]
    outbox.store.batches.freeze(batch(first), first)
    outbox.store.batches.freeze(batch(second), second)
    assert [found.code for found in outbox.store.batches.invitations("jakarta")] == ["JP"]
    assert states(outbox) == {"JP": "queued", "TH": "withdrawn"}


def test_a_letter_that_has_left_is_not_replaced_by_a_later_batch(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    sent(outbox, "JP")
    before = next(item for item in outbox.store.deliveries.of_event("jakarta") if item.code == "JP")
    letters = [planned("JP", "other"), planned("TH", "other")]
    outbox.store.batches.freeze(batch(letters), letters)
    after = {item.code: item for item in outbox.store.deliveries.of_event("jakarta")}
    assert after["JP"] == before
    assert after["TH"].blob == letters[1].outgoing[0].blob
    assert len(outbox.store.batches.invitations("jakarta")) == 2


def test_approving_and_releasing_leave_their_trace(outbox: Outbox) -> None:
    made = outbox.release("JP")
    outbox.store.batches.release(made.id, "Sari", NOW)
    current = outbox.store.batches.current("jakarta")
    assert current is not None
    assert (current.state, current.approved_by) == (BatchState.released, "Sari")
    actions = [entry.action for entry in outbox.store.audit.entries("jakarta")]
    assert actions == ["batch_frozen", "batch_approved", "batch_released"]


def test_a_link_is_found_by_its_keyed_hash_and_stored_in_no_other_way(outbox: Outbox) -> None:
    outbox.release("JP")
    derived = links.derive([KEY], BASE_URL, "jakarta", "JP")
    assert outbox.store.batches.find_link(links.token_hash(KEY, derived.token)) == ("jakarta", "JP")
    assert outbox.store.batches.find_link(links.token_hash(b"x" * 32, derived.token)) is None
    assert outbox.store.batches.live_link("jakarta", "JP") == (1, links.fingerprint(KEY))
    with outbox.store.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert derived.token not in dump
    assert links.grouped(derived.token) not in dump


@pytest.mark.parametrize("change", [{"state": "revoked"}, {"state": "rotated"}, {"purpose": "card"}])
def test_only_a_live_reply_link_opens_a_page(outbox: Outbox, change: dict[str, str]) -> None:
    outbox.release("JP")
    derived = links.derive([KEY], BASE_URL, "jakarta", "JP")
    with outbox.store.engine.connect() as connection:
        connection.execute(sa.update(link).values(**change))
    assert outbox.store.batches.find_link(links.token_hash(KEY, derived.token)) is None
    assert outbox.store.batches.live_link("jakarta", "JP") is None


def test_approving_anew_takes_no_waiting_confirmation_back(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    sent(outbox, "JP")
    outbox.store.deliveries.enqueue(confirmation(1), event="jakarta", code="JP", revision=1, number=1)
    outbox.release("TH", text="corrected")
    due = [(item.code, item.kind) for item in outbox.store.deliveries.due(NOW)]
    assert sorted(due) == [("JP", MessageKind.confirmation), ("TH", MessageKind.invitation)]


def test_a_letter_that_has_left_keeps_the_address_and_the_pdf_it_left_with(outbox: Outbox) -> None:
    outbox.release("JP", "TH")
    sent(outbox, "JP")
    before = outbox.store.batches.invitation("jakarta", "JP"), outbox.store.batches.document("jakarta", "JP")
    other = planned("JP", "other")
    moved = replace(other.invitation, recipient=recipient("JP", email="other@embassy-jp.example"))
    letters = [replace(other, invitation=moved, document="f" * 64), planned("TH", "other")]
    outbox.store.batches.freeze(batch(letters), letters)
    after = outbox.store.batches.invitation("jakarta", "JP"), outbox.store.batches.document("jakarta", "JP")
    assert after == before


def test_a_replaced_letter_is_known_by_the_message_id_it_carries(outbox: Outbox) -> None:
    first, second = planned("JP"), planned("JP", "corrected")
    second = replace(second, outgoing=(replace(second.outgoing[0], message_id="<other@kalsel.example>"),))
    for letters in ([first], [second]):
        outbox.store.batches.freeze(batch(letters), letters)
    (item,) = outbox.store.deliveries.of_event("jakarta")
    assert item.message_id == "<other@kalsel.example>"


def test_a_replaced_letter_gets_a_date_of_its_own(outbox: Outbox) -> None:
    outbox.release("JP")
    (item,) = outbox.store.deliveries.due(NOW)
    later = Outcome(moment=Moment.refused_for_now, phase="dot", reply_code=451)
    worker = outbox.store.leases.identify()
    assert outbox.store.deliveries.claim(item, worker, "Mon, 04 Jan 2027 02:00:00 +0000", NOW).result()
    assert outbox.store.deliveries.settle(item, DeliveryState.deferred, later, NOW, claimed=True).result()
    outbox.release("JP", text="corrected")
    (item,) = outbox.store.deliveries.due(NOW)
    assert item.date_header is None
