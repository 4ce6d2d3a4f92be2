"""Who may let a batch go: two persons with their passwords, for exactly the files that they saw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from invites import approval, pipeline
from invites.errors import NotApproved
from invites.model.batch import Batch, BatchState
from invites.model.delivery import DeliveryState, Outcome
from invites.model.event import LetterFacts, Signatory, Signing
from invites.model.message import Envelope
from invites.model.number import NumberState
from invites.ports import Claim
from tests.integration.approval.test_approval import TAKEN, Desk, checked, desk
from tests.scene import event, recipient

__all__ = ["desk"]
SIGNED = event(signatory=Signatory(name="Nama Pejabat", signing=Signing.upload))


def yes(desk: Desk, by: str, *, verified: bool = True) -> Batch:
    return approval.approve(desk.house, checked(recipient("JP"), recipient("TH")), by, verified=verified)


def go(desk: Desk, batch: Batch) -> None:
    approval.release(desk.house, batch, "sari", live=True)


def test_real_mail_needs_two_persons(desk: Desk) -> None:
    batch = yes(desk, "Sari")
    assert batch.state is BatchState.frozen
    with pytest.raises(NotApproved, match="needs_second"):
        go(desk, batch)
    batch = yes(desk, "Budi")
    assert (batch.state, batch.approved_by) == (BatchState.approved, "Sari, Budi")
    go(desk, batch)
    assert approval.approved(desk.house, checked(recipient("JP"), recipient("TH"))).state is BatchState.released


def test_the_same_person_twice_is_one_person_however_the_name_is_written(desk: Desk) -> None:
    for name in ("Sari", "Sari", "SARI"):
        batch = yes(desk, name)
    with pytest.raises(NotApproved, match="needs_second"):
        go(desk, batch)


def test_a_yes_from_a_rehearsal_does_not_let_real_mail_go(desk: Desk) -> None:
    yes(desk, "Sari", verified=False)
    batch = yes(desk, "Budi", verified=False)
    approval.release(desk.house, batch, "sari", live=False)
    with pytest.raises(NotApproved, match="needs_password"):
        go(desk, batch)
    yes(desk, "Sari")
    go(desk, yes(desk, "Budi"))


def test_what_a_rehearsal_released_does_not_leave_over_a_real_relay_whoever_sends(desk: Desk) -> None:
    approval.release(desk.house, yes(desk, "Sari", verified=False), "sari", live=False)
    relay = Relay()
    asyncio.run(pipeline.send_waiting(desk.house, relay))
    assert not pipeline.something_waits(desk.house, relay)
    assert relay.taken == []
    yes(desk, "Sari")
    yes(desk, "Budi")
    asyncio.run(pipeline.send_waiting(desk.house, relay))
    assert sorted(relay.taken) == ["protocol@embassy-jp.example", "protocol@embassy-th.example"]


class Relay:
    """A live relay that takes whatever comes."""

    name, live, usable = "smtp://relay.example:587", True, True

    def __init__(self) -> None:
        self.taken: list[str] = []

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Relay]:
        yield self

    async def deliver(self, envelope: Envelope, _content: bytes, claim: Claim) -> Outcome:
        assert await claim()
        self.taken.append(envelope.rcpt_to)
        return TAKEN


def test_the_author_of_a_batch_may_not_be_its_second_approver(desk: Desk) -> None:
    approval.freeze(desk.house, checked(recipient("JP"), recipient("TH")), "Sari")
    yes(desk, "Budi")
    with pytest.raises(NotApproved, match="author_second"):
        yes(desk, "Sari")
    go(desk, yes(desk, "Citra"))


def test_one_person_is_enough_where_the_office_says_so(desk: Desk) -> None:
    alone = replace(desk.house, approvers=1)
    batch = approval.approve(alone, checked(recipient("JP")), "Sari", verified=True)
    approval.release(alone, batch, "sari", live=True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE delivery SET blob = (SELECT blob FROM delivery WHERE code = 'JP') WHERE code = 'TH'",
        "UPDATE delivery SET rcpt_to = 'other@embassy-th.example' WHERE code = 'TH'",
        "UPDATE invitation SET number = '500.2/2/CONTOH/2027' WHERE code = 'TH'",
        "UPDATE invitation SET document = (SELECT document FROM invitation WHERE code = 'JP') WHERE code = 'TH'",
    ],
)
def test_what_two_persons_approved_is_what_leaves_to_the_byte(desk: Desk, change: str) -> None:
    yes(desk, "Sari")
    batch = yes(desk, "Budi")
    with desk.store.engine.connect() as connection:
        connection.execute(sa.text(change))
    with pytest.raises(NotApproved, match="content_differs"):
        go(desk, batch)
    assert {item.state for item in desk.letters().values()} == {DeliveryState.queued}
    assert desk.store.deliveries.due(desk.house.clock.now()) == []


def test_nobody_approves_files_that_changed_while_they_looked(desk: Desk) -> None:
    seen = yes(desk, "Sari")
    with desk.store.engine.connect() as connection:
        connection.execute(sa.text("UPDATE delivery SET rcpt_to = 'other@embassy-th.example' WHERE code = 'TH'"))
    with pytest.raises(NotApproved, match="content_differs"):
        yes(desk, "Budi")
    current = desk.store.batches.current("jakarta")
    assert current is not None
    assert current.content == seen.content


def test_going_back_to_an_earlier_list_approves_that_list(desk: Desk) -> None:
    first = checked(recipient("JP"))
    second = checked(recipient("JP", email="x@embassy-jp.example"), digest="list 2")
    for of in (first, second, first):
        approval.approve(desk.house, of, "Sari")
    approval.approved(desk.house, first)
    assert desk.letters()["JP"].envelope.rcpt_to == "protocol@embassy-jp.example"


def test_going_back_to_a_list_that_was_released_already_approves_that_list(desk: Desk) -> None:
    first = checked(recipient("JP"))
    desk.release(first)
    approval.approve(desk.house, checked(recipient("JP"), digest="list 2", of=event(max_delegates=2)), "Sari")
    approval.approve(desk.house, first, "Sari")
    approval.approved(desk.house, first)


def test_a_letter_that_leaves_while_others_are_rendered_stops_the_approval(desk: Desk) -> None:
    desk.release(checked(recipient("JP", email="p@embassy-jp.example")))
    renamed = checked(recipient("JX", email="p@embassy-jp.example"), digest="list 2")
    with pytest.raises(NotApproved, match="left_meanwhile"):
        approval.approve(desk.house, renamed, "Sari", lambda _: desk.ends("JP", DeliveryState.sent, TAKEN))
    assert list(desk.letters()) == ["JP"]


def test_a_batch_for_signature_goes_only_with_every_letter_signed(desk: Desk) -> None:
    of = checked(recipient("JP"), recipient("TH"), of=SIGNED)
    with pytest.raises(NotApproved, match=r"not_signed.*JP, TH"):
        approval.approve(desk.house, of, "Sari")
    batch = approval.take_signed(desk.house, approval.unchanged(desk.house, of), {"JP": b"%PDF signed JP"}, "Sari")
    assert batch.state is BatchState.frozen
    with pytest.raises(NotApproved, match=r"not_signed.*TH"):
        approval.approve(desk.house, of, "Sari")
    batch = approval.take_signed(desk.house, batch, {"TH": b"%PDF signed TH"}, "Sari")
    assert batch.state is BatchState.signed
    approval.release(desk.house, approval.approve(desk.house, of, "Budi"), "sari")


def test_the_mail_carries_the_signed_bytes(desk: Desk) -> None:
    of = checked(recipient("JP"), of=SIGNED)
    batch = approval.freeze(desk.house, of, "Sari")
    approval.take_signed(desk.house, batch, {"JP": b"%PDF-1.7 signed by the Governor"}, "Sari")
    from tests.integration.approval.test_approval import message_from_bytes, policy  # noqa: PLC0415

    mail = message_from_bytes(desk.house.blobs.get(desk.letters()["JP"].blob), policy=policy.default)
    pdfs = [part.get_content() for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert pdfs == [b"%PDF-1.7 signed by the Governor"]


def test_a_signature_voids_what_was_approved_before_it(desk: Desk) -> None:
    of = checked(recipient("JP"), of=SIGNED)
    batch = approval.take_signed(desk.house, approval.freeze(desk.house, of, "Sari"), {"JP": b"%PDF one"}, "Sari")
    assert approval.approve(desk.house, of, "Budi").state is BatchState.approved
    again = approval.take_signed(desk.house, batch, {"JP": b"%PDF two"}, "Sari")
    assert (again.state, again.approvals) == (BatchState.signed, ())


def test_a_list_that_was_only_saved_anew_costs_no_signature(desk: Desk) -> None:
    of = checked(recipient("JP"), recipient("TH"), of=SIGNED)
    signed = {"JP": b"%PDF signed JP", "TH": b"%PDF signed TH"}
    approval.take_signed(desk.house, approval.freeze(desk.house, of, "Sari"), signed, "Sari")
    again = replace(of, digest="saved again")
    assert approval.approve(desk.house, again, "Budi").state is BatchState.approved
    corrected = recipient("TH", head_name="Nama Baru")
    with pytest.raises(NotApproved, match=r"not_signed.*TH"):
        approval.approve(desk.house, checked(recipient("JP"), corrected, of=SIGNED, digest="list 3"), "Budi")


def test_the_same_signed_files_again_keep_the_approval(desk: Desk) -> None:
    of = checked(recipient("JP"), of=SIGNED)
    batch = approval.take_signed(desk.house, approval.freeze(desk.house, of, "Sari"), {"JP": b"%PDF one"}, "Sari")
    approval.approve(desk.house, of, "Budi")
    assert approval.take_signed(desk.house, batch, {"JP": b"%PDF one"}, "Sari").state is BatchState.approved
    approval.release(desk.house, approval.approved(desk.house, of), "sari")
    with pytest.raises(NotApproved, match="sign_released"):
        approval.take_signed(desk.house, batch, {"JP": b"%PDF two"}, "Sari")


def test_before_real_mail_nobody_approves_letters_that_somebody_else_changed_since_they_were_frozen(desk: Desk) -> None:
    approval.freeze(desk.house, checked(recipient("JP")), "Sari")
    changed = checked(recipient("JP", email="x@embassy-jp.example"), digest="list 2")
    with pytest.raises(NotApproved, match=r"frozen_by_other.*Sari.*recipients"):
        approval.approve(desk.house, changed, "Budi", verified=True)
    approval.freeze(desk.house, changed, "Sari")
    approval.approve(desk.house, changed, "Budi", verified=True)
    with pytest.raises(NotApproved, match="author_second"):
        approval.approve(desk.house, changed, "Sari", verified=True)


def test_a_number_is_kept_at_plan_and_used_from_the_signature_on(desk: Desk) -> None:
    ranged = replace(SIGNED, letter=replace(SIGNED.letter, number="500.2/{n}/DISDAG/2027", first=98, last=101))
    of = checked(recipient("JP"), recipient("TH"), of=ranged)
    batch = approval.freeze(desk.house, of, "Sari")
    register = {entry.code: (entry.number, entry.state) for entry in desk.store.numbers.all()}
    assert {number for number, _ in register.values()} == {"500.2/098/DISDAG/2027", "500.2/099/DISDAG/2027"}
    assert {state for _, state in register.values()} == {NumberState.reserved}
    approval.take_signed(desk.house, batch, {"JP": b"%PDF signed"}, "Sari")
    without = checked(recipient("TH"), recipient("KR"), of=ranged, digest="list 2")
    approval.freeze(desk.house, without, "Sari")
    after = {entry.code: entry for entry in desk.store.numbers.all()}
    assert (after["JP"].state, after["JP"].reason) == (NumberState.void, "not_planned")
    assert (after["TH"].number, after["KR"].number) == (register["TH"][0], "500.2/100/DISDAG/2027")


def test_a_number_of_another_event_freezes_nothing(desk: Desk) -> None:
    desk.release(checked(recipient("JP")))
    other = event("bali", letter=LetterFacts(number="500.2/1/CONTOH/2027", date=event().letter.date))
    with pytest.raises(Exception, match="number_used"):
        approval.approve(desk.house, checked(recipient("JP"), of=other), "Sari")
    assert desk.store.batches.current("bali") is None
