"""The register of numbers and the letters that stand, whatever somebody looks at, freezes or hands over meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from invites import approval, paper, pipeline
from invites.errors import NotApproved
from invites.model.checked import Checked
from invites.model.delivery import DeliveryState
from invites.model.event import Event, LetterFacts, Signatory, Signing
from invites.model.message import Document, Letter
from invites.model.number import NumberState
from invites.model.recipient import DeliveryMode, Recipient
from tests.integration.approval.test_approval import TAKEN, Desk, checked
from tests.integration.approval.test_approval import desk as rendering
from tests.scene import NOW, event, recipient

__all__ = ["rendering"]
RANGE = LetterFacts(number="500.2/{n}/CONTOH/2027", first=1, last=40, date=NOW.date())
JP, TH = recipient("JP"), recipient("TH")


class Quick:
    """ports.Renderer of texts: what is on a page decides nothing here."""

    def render(self, letter: Letter) -> Document:
        pdf = b"%PDF-1.7 " + letter.html.encode()
        return Document(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=1, fonts=())

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        return map(self.render, letters)

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def desk(rendering: Desk) -> Desk:
    return Desk(replace(rendering.house, renderer=Quick()), rendering.store)


def ranged(slug: str = "jakarta", **changes: Any) -> Event:
    return event(slug, letter=RANGE, **changes)


def courier(code: str) -> Recipient:
    return recipient(code, delivery=DeliveryMode.courier, address_lines=("Jl. Contoh 1", "Jakarta"))


def numbers(desk: Desk, of: Checked) -> dict[str, str]:
    """The number on each letter that stands, by code."""
    assert of.event is not None
    letters = desk.store.batches.letters(of.event.slug)
    return {letter.invitation.code: letter.invitation.number for letter in letters}


def states(desk: Desk) -> dict[str, NumberState]:
    return {entry.code: entry.state for entry in desk.store.numbers.all()}


def genuine(desk: Desk, code: str) -> bool:
    invitation = desk.store.batches.invitation("jakarta", code)
    assert invitation is not None
    return pipeline.verify(desk.house, desk.house.verification(invitation)) is not None


def test_who_only_looks_at_another_list_takes_no_number_from_anybody(desk: Desk) -> None:
    of = checked(JP, TH, of=ranged())
    approval.approve(desk.house, of, "Sari")
    before = desk.store.numbers.all()
    assert of.event is not None
    looked = approval.plan(desk.house, of.event, [recipient("RU")])
    assert desk.store.numbers.all() == before
    bali = checked(recipient("AU"), of=ranged("bali"), digest="list b")
    desk.release(bali)
    approval.release(desk.house, approval.approved(desk.house, of), "sari")
    assert not set(numbers(desk, of).values()) & set(numbers(desk, bali).values())
    assert [invitation.code for invitation in looked] == ["RU"]


@pytest.mark.parametrize("released", [False, True])
def test_two_terminals_that_freeze_at_once_give_no_number_twice(desk: Desk, released: bool) -> None:
    slow = checked(JP, TH, of=ranged())
    quick = checked(recipient("RU"), of=ranged(), digest="list 2")
    once = iter([True])

    def meanwhile(_planned: object) -> None:
        if next(once, False):
            batch = approval.approve(desk.house, quick, "Budi")
            if released:
                approval.release(desk.house, batch, "budi")

    if released:  # its number is used for good
        with pytest.raises(NotApproved, match="number_taken"):
            approval.freeze(desk.house, slow, "Sari", meanwhile)
    else:
        approval.freeze(desk.house, slow, "Sari", meanwhile)
    register = {entry.code: entry.number for entry in desk.store.numbers.all() if entry.state is not NumberState.void}
    assert numbers(desk, slow) == register
    assert len(set(register.values())) == len(register) == (1 if released else 2)


def test_a_letter_handed_over_keeps_its_number_whoever_printed_it(desk: Desk) -> None:
    of = checked(courier("JP"), courier("TH"), of=ranged())
    approval.approve(desk.house, of, "Sari")
    before = numbers(desk, of)
    page = pipeline.invited(desk.house, "jakarta", "TH")
    paper.hand_over(desk.house, page, "Resepsionis", NOW, "Sari")
    assert genuine(desk, "TH")
    approval.approve(desk.house, checked(courier("JP"), courier("RU"), of=ranged(), digest="list 2"), "Sari")
    after = numbers(desk, of)
    assert after["TH"] == before["TH"]
    assert len(set(after.values())) == 3


def test_a_letter_that_has_left_stays_genuine_whatever_becomes_of_its_row(desk: Desk) -> None:
    desk.release(checked(JP, TH))
    desk.ends("JP", DeliveryState.sent, TAKEN)
    desk.release(checked(TH, digest="list 2"))
    assert states(desk) == {"JP": NumberState.used, "TH": NumberState.used}
    assert genuine(desk, "JP")


def test_a_row_that_comes_back_has_its_number_again(desk: Desk) -> None:
    signed = event(signatory=Signatory(name="Nama Pejabat", signing=Signing.upload))
    both, one = checked(JP, TH, of=signed), checked(TH, of=signed, digest="list 2")
    batch = approval.freeze(desk.house, both, "Sari")
    approval.take_signed(desk.house, batch, {"JP": b"%PDF JP", "TH": b"%PDF TH"}, "Sari")
    approval.freeze(desk.house, one, "Sari")
    assert states(desk)["JP"] is NumberState.void
    batch = approval.freeze(desk.house, both, "Sari")
    approval.take_signed(desk.house, batch, {"JP": b"%PDF JP", "TH": b"%PDF TH"}, "Sari")
    approval.release(desk.house, approval.approve(desk.house, both, "Budi"), "sari")
    assert states(desk) == {"JP": NumberState.used, "TH": NumberState.used}
    assert genuine(desk, "JP")


def test_a_letter_that_the_register_does_not_know_does_not_leave(desk: Desk) -> None:
    batch = approval.approve(desk.house, checked(JP, of=ranged()), "Sari")
    with desk.store.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM letter_number")
    with pytest.raises(NotApproved, match="number_lost"):
        approval.release(desk.house, batch, "sari")
    assert desk.store.deliveries.due(NOW) == []


def test_a_row_taken_out_before_its_letter_left_is_invited_no_more(desk: Desk) -> None:
    desk.release(checked(JP, TH, of=ranged()))
    desk.ends("TH", DeliveryState.sent, TAKEN)
    approval.approve(desk.house, checked(TH, of=ranged(), digest="list 2"), "Sari")
    assert [row.recipient.code for row in pipeline.attendance(desk.house, "jakarta").rows] == ["TH"]
    assert states(desk)["JP"] is NumberState.void
    approval.approve(desk.house, checked(JP, TH, of=ranged(), digest="list 3"), "Sari")
    assert sorted(numbers(desk, checked(of=ranged()))) == ["JP", "TH"]


def test_a_new_key_keeps_the_codes_that_letters_have(desk: Desk) -> None:
    approval.approve(desk.house, checked(JP, TH), "Sari")
    rotated = Desk(replace(desk.house, link_keys=(b"n" * 32, *desk.house.link_keys)), desk.store)
    rotated.release(checked(recipient("JP", head_name="Nama Baru"), TH, digest="list 2"))
    document = desk.store.batches.document("jakarta", "JP")
    invitation = desk.store.batches.invitation("jakarta", "JP")
    assert document is not None
    assert invitation is not None
    printed = rotated.house.verification_address(invitation)
    assert printed in rotated.house.blobs.get(document).decode()
    assert genuine(rotated, "JP")
