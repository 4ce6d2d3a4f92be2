"""Which letter gets which number: one for all, one each out of a range, or those that the registry gave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from invites.errors import EventError
from invites.model.event import RUNNING, Event, LetterFacts
from invites.model.number import LetterNumber, NumberState


def allot(event: Event, revision: int, codes: Sequence[str], known: Sequence[LetterNumber]) -> Mapping[str, str]:
    """The number of each letter, by code; "" while the event file has none.

    `codes` are in the order in which numbers of a range are given out. `known` are all numbers that any event
    ever had: a letter keeps its own, and gets none that was another's. EventError when one is another's
    already, when the registry's table lacks a letter, or when the range is exhausted.
    """
    own = {entry.code: entry.number for entry in known if _mine(entry, event.slug, revision)}
    letter = event.letter
    if RUNNING in letter.number:
        taken = {_running(letter, entry.number) for entry in known if not _free(entry, event, codes)}
        return _from_range(event, codes, own, taken=taken)
    numbers = {code: letter.numbers.get(code, letter.number).strip() for code in codes}
    if lacking := [code for code, number in numbers.items() if not number and letter.numbers]:
        raise EventError("number_missing", (), event=event.slug, codes=", ".join(lacking))
    for code, number in numbers.items():
        for entry in known:
            if entry.number == number and _another(entry, event, revision, code):
                raise EventError("number_used", (), event=event.slug, code=code, number=number, other=_letter(entry))
    return numbers


def gaps(letter: LetterFacts, known: Sequence[LetterNumber]) -> tuple[str, ...]:
    """Numbers of a range below the highest one given out that no letter of any event has, or had: the next get them."""
    given = {_running(letter, entry.number) for entry in known}
    offered = dict(_offered(letter)) if RUNNING in letter.number else {}
    last = max((number for number in offered if number in given), default=-1)
    return tuple(text for number, text in offered.items() if number < last and number not in given)


def _from_range(
    event: Event, codes: Sequence[str], own: Mapping[str, str], *, taken: set[int | None]
) -> Mapping[str, str]:
    offered = dict(_offered(event.letter))
    kept = {code: own[code] for code in codes if code in own and _running(event.letter, own[code]) in offered}
    taken |= {_running(event.letter, number) for number in kept.values()}
    free = [text for number, text in offered.items() if number not in taken]
    lacking = len(codes) - len(kept)
    if lacking > len(free):
        raise EventError("numbers_exhausted", (), event=event.slug, count=lacking, offered=len(offered), free=len(free))
    following = iter(free)
    return {code: kept.get(code) or next(following) for code in codes}


def _offered(letter: LetterFacts) -> Iterator[tuple[int, str]]:
    """The range, each number as wide as the last: 0098, 0099, 0100."""
    first, last = letter.first or 0, letter.last or -1
    width = len(str(last))
    return ((number, letter.number.strip().replace(RUNNING, f"{number:0{width}}")) for number in range(first, last + 1))


def _running(letter: LetterFacts, number: str) -> int | None:
    """Which of the range a number is, however wide it was written: 7 and 007 are one. None when it is of another."""
    before, _, after = letter.number.strip().partition(RUNNING)
    found = re.fullmatch(re.escape(before) + "([0-9]+)" + re.escape(after), number)
    return int(found[1]) if found else None


def _mine(entry: LetterNumber, event: str, revision: int) -> bool:
    return (entry.event, entry.revision) == (event, revision) and entry.state is not NumberState.void


def _free(entry: LetterNumber, event: Event, codes: Sequence[str]) -> bool:
    """Reserved for a letter of this event that is no longer planned: nobody has seen it."""
    return entry.state is NumberState.reserved and entry.event == event.slug and entry.code not in codes


def _another(entry: LetterNumber, event: Event, revision: int, code: str) -> bool:
    """Whether a number stands on another letter for good. One number may be shared by one mailing."""
    if (entry.event, entry.revision) != (event.slug, revision):
        return True
    shared = entry.number == event.letter.number.strip()
    return not shared and entry.code != code and entry.state is not NumberState.reserved


def _letter(entry: LetterNumber) -> str:
    return f"{entry.event} {entry.code}" + (f" r{entry.revision}" if entry.revision > 1 else "")
