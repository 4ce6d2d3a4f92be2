"""The register of letter numbers: reserved, used, void; a used one is never given to another letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.model.audit import AuditEntry
from invites.model.number import LetterNumber, NumberState
from invites.store import audit
from invites.store.tables import letter_number
from invites.store.writer import Writer

Allot = Callable[[Sequence[LetterNumber]], Mapping[str, str]]


class SqlNumbers:
    """stores.NumberStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def reserve(self, event: str, revision: int, allot: Allot, at: datetime) -> Mapping[str, str]:
        """Ask `allot` with every number known, and keep its answer; all of it inside the writer, so that two
        commands at once never give out one number twice. Empty numbers are not kept."""

        def unit(connection: sa.Connection) -> Mapping[str, str]:
            numbers = allot(_all(connection))
            _let_go(connection, event, revision, numbers, at)
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


def mark_used(connection: sa.Connection, event: str, letters: Iterable[tuple[str, int]], at: datetime) -> None:
    """From the first signature, print or sending a number is used. `letters` are (code, revision)."""
    for code, revision in letters:
        reserved = _of(event, revision, letter_number.c.code == code, state=NumberState.reserved)
        connection.execute(sa.update(letter_number).where(reserved).values(state=NumberState.used, at=at))


def _let_go(connection: sa.Connection, event: str, revision: int, numbers: Mapping[str, str], at: datetime) -> None:
    """Reservations that no letter needs any more end; a used number stays in the register as a gap."""
    for entry in _all(connection):
        if (entry.event, entry.revision) != (event, revision) or numbers.get(entry.code) == entry.number:
            continue
        row = _of(event, revision, letter_number.c.code == entry.code, letter_number.c.number == entry.number)
        if entry.state is NumberState.reserved:
            connection.execute(sa.delete(letter_number).where(row))
        elif entry.state is NumberState.used:
            reason = "not_planned" if entry.code not in numbers else "renumbered"
            void = {"state": NumberState.void, "reason": reason, "at": at}
            connection.execute(sa.update(letter_number).where(row).values(**void))
            audit.append(
                connection,
                AuditEntry(
                    at=at, actor="invites", action="number_void", event=event, code=entry.code, detail=entry.number
                ),
            )


def _of(event: str, revision: int, *conditions: Any, state: NumberState | None = None) -> Any:
    also = [letter_number.c.state == state] if state else []
    return sa.and_(letter_number.c.event == event, letter_number.c.revision == revision, *conditions, *also)


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
