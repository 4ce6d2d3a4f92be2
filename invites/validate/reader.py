"""A recipient list, read and checked: recipients, and every problem of the file at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from invites.model.event import Event
from invites.model.recipient import Problem, Recipient
from invites.validate.checks import check
from invites.validate.files import read
from invites.validate.rows import read_rows, understood
from invites.words.catalogue import Catalogues


@dataclass(frozen=True, slots=True, kw_only=True)
class ListResult:
    """What a list holds.

    `recipients` are the rows that no problem blocks, in the order of the file, `rows` counts all that were read;
    `problems` come in the order of the file too; `digest` is the sha256 (hex) of its bytes, "" when there is no file.
    """

    recipients: tuple[Recipient, ...]
    problems: tuple[Problem, ...]
    digest: str
    rows: int = 0


def read_list(
    path: Path,
    *,
    catalogues: Catalogues,
    today: date,
    event: Event | None = None,
    expected: int | None = None,
    live: bool = False,
    smtputf8: bool = False,
) -> ListResult:
    """Read a CSV or XLSX list. Never raises for what a file holds: the caller decides what blocks.

    `event` brings the number of rows to expect (unless `expected` does) and whether there is a Kemlu
    address; without it those rules rest. `live` says that real mail will leave, `smtputf8` that the relay
    takes addresses beyond ASCII. `today` is the day in Jakarta.
    """
    reading = read(path)
    if reading.table is None:
        return ListResult(recipients=(), problems=reading.problems, digest=reading.digest)
    sheet, header_problems = understood(reading.table)
    if not sheet.index:
        return ListResult(recipients=(), problems=(*reading.problems, *header_problems), digest=reading.digest)
    entries, cell_problems = read_rows(sheet, live=live, smtputf8=smtputf8)
    if expected is None and event is not None:
        expected = event.expected_recipients
    problems = [*reading.problems, *header_problems, *cell_problems]
    problems += check(sheet, entries, catalogues=catalogues, today=today, event=event, expected=expected)
    blocked = {problem.row for problem in problems if problem.blocks}
    return ListResult(
        recipients=tuple(entry.recipient for entry in entries if entry.row not in blocked),
        problems=tuple(sorted(problems, key=_in_file_order)),
        digest=reading.digest,
        rows=len(entries),
    )


def _in_file_order(problem: Problem) -> tuple[int, int, str, str]:
    return (problem.row or 0, len(problem.cell), problem.cell, problem.code)
