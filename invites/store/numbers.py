"""The register of letter numbers: reserved, used, void; a used one is never given to another letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.errors import NotApproved
from invites.model.audit import AuditEntry
from invites.model.event import Event
from invites.model.number import LetterNumber, NumberState
from invites.store import audit, stands
from invites.store.tables import letter_number
from invites.store.writer import Writer

Allot = Callable[[Sequence[LetterNumber]], Mapping[str, str]]
#: code, revision, number
Numbered = tuple[str, int, str]


class SqlNumbers:
    """stores.NumberStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def reserve(self, event: str, revision: int, allot: Allot, at: datetime) -> Mapping[str, str]:
        """Ask `allot` with every number known, and keep its answer; all of it inside the writer, so that two
        commands at once never give out one number twice. Empty numbers are not kept, and no number is let go: only
        a batch that is frozen knows which letters stand."""

        def unit(connection: sa.Connection) -> Mapping[str, str]:
            numbers = allot(_all(connection))
            for code, number in numbers.items():
                if number:
                    row = {"event": event, "code": code, "revision": revision, "number": number}
                    kept = insert(letter_number).values(**row, state=NumberState.reserved, at=at)
                    connection.execute(kept.on_conflict_do_nothing())
            return numbers

        return self._writer.run(unit)

    def all(self) -> Sequence[LetterNumber]:
        """The register, in the order in which numbers were reserved."""
        with self._engine.connect() as connection:
            return _all(connection)


def mark_used(connection: sa.Connection, event: str, letters: Iterable[Numbered], at: datetime) -> None:
    """From the first signature, print, sending or handing over a number is used. NotApproved, and nothing leaves, when
    the register does not hold it for this letter."""
    for code, revision, number in letters:
        if not number:
            continue
        mine = _of(event, code, revision, number)
        state = connection.scalar(sa.select(letter_number.c.state).where(mine))
        if state is None or state == NumberState.void:
            raise NotApproved("number_lost", event=event, code=code, number=number)
        if state == NumberState.reserved:
            connection.execute(sa.update(letter_number).where(mine).values(state=NumberState.used, at=at))


def settle(connection: sa.Connection, event: Event, letters: Iterable[Numbered], at: datetime) -> None:
    """The register after a freeze: what no letter that stands has is let go, and these letters have theirs.
    NotApproved when one of them is another letter's by now: somebody froze or sent meanwhile."""
    _let_go(connection, event.slug, at)
    shared = event.letter.number.strip()
    known = _all(connection)
    for code, revision, number in letters:
        if not number:
            continue
        for entry in known:
            same = (entry.event, entry.revision, entry.number) == (event.slug, revision, shared)
            mine = (entry.event, entry.code, entry.revision) == (event.slug, code, revision)
            if entry.number == number and not mine and not same:
                raise NotApproved("number_taken", event=event.slug, code=code, number=number, other=entry.code)
        row = {"event": event.slug, "code": code, "revision": revision, "number": number}
        kept = insert(letter_number).values(**row, state=NumberState.reserved, at=at)
        # one that became void while its row was out of the list is this letter's again
        again = {"state": NumberState.reserved, "reason": "", "at": at}
        void = letter_number.c.state == NumberState.void
        connection.execute(kept.on_conflict_do_update(index_elements=[*row], set_=again, where=void))


def _let_go(connection: sa.Connection, event: str, at: datetime) -> None:
    """Reservations that no letter needs any more end; a used number stays in the register as a gap."""
    rows = connection.execute(stands.numbers(event)).all()
    standing = {(row.code, row.revision, row.number) for row in rows}
    codes = {row.code for row in rows}
    for entry in _all(connection):
        letter = (entry.code, entry.revision, entry.number)
        if entry.event != event or entry.state is NumberState.void or letter in standing:
            continue
        row = _of(event, *letter)
        if entry.state is NumberState.reserved:
            connection.execute(sa.delete(letter_number).where(row))
            continue
        reason = "renumbered" if entry.code in codes else "not_planned"
        void = {"state": NumberState.void, "reason": reason, "at": at}
        connection.execute(sa.update(letter_number).where(row).values(**void))
        act = AuditEntry(
            at=at, actor="invites", action="number_void", event=event, code=entry.code, detail=entry.number
        )
        audit.append(connection, act)


def _of(event: str, code: str, revision: int, number: str) -> sa.ColumnElement[bool]:
    own = letter_number.c
    return sa.and_(own.event == event, own.code == code, own.revision == revision, own.number == number)


def _all(connection: sa.Connection) -> Sequence[LetterNumber]:
    rows = connection.execute(sa.select(letter_number).order_by(letter_number.c.id))
    return [
        LetterNumber(
            event=row.event,
            code=row.code,
            revision=row.revision,
            number=row.number,
            state=NumberState(row.state),
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    ]
