"""Numbers: each letter keeps its own and gets none that was another's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from invites.compose.numbers import allot, gaps
from invites.errors import EventError
from invites.model.event import Event, LetterFacts
from invites.model.number import LetterNumber, NumberState
from tests.scene import NOW, event

RANGE = LetterFacts(number="500.2/{n}/DISDAG/2027", first=98, last=101)


def ranged(slug: str = "jakarta") -> Event:
    return event(slug, letter=RANGE)


def known(code: str, number: str, state: NumberState = NumberState.reserved, **more: object) -> LetterNumber:
    fields: dict[str, object] = {"event": "jakarta", "revision": 1, "at": NOW, **more}
    return LetterNumber(code=code, number=number, state=state, **fields)  # type: ignore[arg-type]


def given(about: Event, codes: Sequence[str], *entries: LetterNumber, revision: int = 1) -> list[str]:
    return list(allot(about, revision, codes, entries).values())


def test_one_number_is_shared_by_a_mailing() -> None:
    assert given(event(), ["JP", "CN"]) == ["500.2/1/CONTOH/2027"] * 2


def test_a_range_is_given_out_in_order_and_one_width() -> None:
    assert given(ranged(), ["JP", "CN", "KR"]) == [f"500.2/{n}/DISDAG/2027" for n in ("098", "099", "100")]


def test_a_letter_keeps_its_number_when_the_order_changes() -> None:
    before = allot(ranged(), 1, ["JP", "CN"], [])
    entries = [known(code, number) for code, number in before.items()]
    assert allot(ranged(), 1, ["KR", "CN", "JP"], entries) == {**before, "KR": "500.2/100/DISDAG/2027"}


def test_a_used_number_is_never_given_to_another_letter() -> None:
    used = known("JP", "500.2/098/DISDAG/2027", NumberState.used)
    assert given(ranged(), ["CN"], used) == ["500.2/099/DISDAG/2027"]
    void = known("JP", "500.2/098/DISDAG/2027", NumberState.void)
    assert given(ranged(), ["JP"], void) == ["500.2/099/DISDAG/2027"]


def test_a_reservation_that_nobody_saw_is_free_again() -> None:
    assert given(ranged(), ["CN"], known("JP", "500.2/098/DISDAG/2027")) == ["500.2/098/DISDAG/2027"]


def test_a_running_number_is_the_same_however_wide_it_is_written() -> None:
    short = event(letter=LetterFacts(number="500.2/{n}/DISDAG/2027", first=1, last=9))
    used = known("JP", allot(short, 1, ["JP"], [])["JP"], NumberState.used)
    longer = event(letter=LetterFacts(number="500.2/{n}/DISDAG/2027", first=1, last=12))
    assert given(longer, ["RU", "JP"], used) == ["500.2/02/DISDAG/2027", "500.2/1/DISDAG/2027"]


def test_two_events_never_share_a_range() -> None:
    others = known("JP", "500.2/098/DISDAG/2027", event="bali")
    assert given(ranged(), ["JP"], others) == ["500.2/099/DISDAG/2027"]


def test_an_exhausted_range_is_refused() -> None:
    with pytest.raises(EventError, match="numbers_exhausted"):
        allot(ranged(), 1, ["AU", "CN", "JP", "KR", "US"], [])


def test_the_numbers_of_the_registry_are_taken_as_they_are() -> None:
    about = event(letter=LetterFacts(numbers={"JP": "500.2/7/2027", "CN": "500.2/9/2027"}))
    assert given(about, ["CN", "JP"]) == ["500.2/9/2027", "500.2/7/2027"]


def test_a_letter_that_the_registry_forgot_is_named() -> None:
    with pytest.raises(EventError, match=r"number_missing.*KR, US"):
        allot(event(letter=LetterFacts(numbers={"JP": "500.2/7/2027"})), 1, ["JP", "KR", "US"], [])


@pytest.mark.parametrize(
    "entry",
    [
        known("JP", "500.2/1/CONTOH/2027", NumberState.used, event="bali"),
        known("JP", "500.2/1/CONTOH/2027", NumberState.reserved, event="bali"),
        known("JP", "500.2/1/CONTOH/2027", NumberState.used, revision=2),
    ],
)
def test_the_number_of_another_mailing_is_refused(entry: LetterNumber) -> None:
    with pytest.raises(EventError, match="number_used"):
        allot(event(), 1, ["JP"], [entry])


def test_a_registry_number_that_another_letter_used_is_refused() -> None:
    about = event(letter=LetterFacts(numbers={"CN": "500.2/7/2027"}))
    with pytest.raises(EventError, match="number_used"):
        allot(about, 1, ["CN"], [known("JP", "500.2/7/2027", NumberState.used)])


def test_gaps_below_the_last_number_are_listed() -> None:
    used = [known("JP", "500.2/098/DISDAG/2027", NumberState.used), known("CN", "500.2/101/DISDAG/2027")]
    assert gaps(RANGE, used) == ("500.2/099/DISDAG/2027", "500.2/100/DISDAG/2027")
    assert gaps(LetterFacts(number="500.2/1/CONTOH/2027"), used) == ()


def test_a_number_that_another_event_used_is_no_gap() -> None:
    used = [known("JP", "500.2/100/DISDAG/2027"), known("CN", "500.2/099/DISDAG/2027", NumberState.used, event="bali")]
    assert gaps(RANGE, used) == ("500.2/098/DISDAG/2027",)
