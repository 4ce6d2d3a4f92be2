"""Rules between rows: one row a mission, one address a mission, the number that was expected."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from invites.model.event import Event
from invites.model.recipient import Channel, Problem
from invites.validate.row_checks import check_row
from invites.validate.rows import Entry, Sheet
from invites.validate.rules import found
from invites.validate.scripts import skeleton
from invites.words.catalogue import Catalogues


def check(
    sheet: Sheet,
    entries: Sequence[Entry],
    *,
    catalogues: Catalogues,
    today: date,
    event: Event | None,
    expected: int | None,
) -> list[Problem]:
    """Every problem of rows that are understood, by themselves and together."""
    by_row = (check_row(entry, catalogues=catalogues, today=today, event=event) for entry in entries)
    problems = list(chain(*by_row, _repeated(entries), _same_address(entries), _copies(entries)))
    if event is not None and event.kemlu is None:
        problems += _without_kemlu(entries)
    if expected is not None and len(entries) != expected:
        problems.append(found("R004", sheet.table.whole, rows=len(entries), expected=expected))
    return _never_verified(sheet, problems, len(entries))


def _repeated(entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        code = unicodedata.normalize("NFKC", entry.texts.get("code", "")).casefold().strip()
        earlier = first.setdefault((code, entry.recipient.kind), entry)
        if code and earlier is not entry:
            yield found("R002", entry.place("code"), text=entry.texts["code"], row=earlier.row)


def _same_address(entries: Sequence[Entry]) -> Iterator[Problem]:
    by_skeleton: dict[str, Entry] = {}
    by_address: dict[str, Entry] = {}
    for entry in entries:
        email = entry.recipient.email
        if not email:
            continue
        earlier = by_address.setdefault(email.casefold(), entry)
        near = by_skeleton.setdefault(skeleton(email), entry)
        if earlier is not entry:
            if not (earlier.recipient.shared_mailbox and entry.recipient.shared_mailbox):
                yield found("R003", entry.place("email"), text=email, row=earlier.row)
        elif near is not entry:
            yield found("R012.near", entry.place("email"), text=email, other=near.recipient.email, row=near.row)


def _copies(entries: Sequence[Entry]) -> Iterator[Problem]:
    """A copy to another mission shows it who else is invited."""
    owners = {entry.recipient.email.casefold(): entry for entry in reversed(entries) if entry.recipient.email}
    first: dict[str, Entry] = {}
    for entry in entries:
        for copy in entry.recipient.cc:
            owner = owners.get(copy.casefold(), entry)
            earlier = first.setdefault(copy.casefold(), entry)
            if owner.recipient.email.casefold() != entry.recipient.email.casefold():
                yield found("R043.other_mission", entry.place("cc"), text=copy, row=owner.row)
            elif earlier is not entry:
                yield found("R043.shared_copy", entry.place("cc"), text=copy, row=earlier.row)


def _without_kemlu(entries: Sequence[Entry]) -> Iterator[Problem]:
    wanting = [entry for entry in entries if entry.recipient.channel is not Channel.direct]
    if wanting:
        codes = ", ".join(entry.recipient.code for entry in wanting)
        yield found("R042.no_address", wanting[0].place("channel"), codes=codes)


def _never_verified(sheet: Sheet, problems: list[Problem], rows: int) -> list[Problem]:
    """One remark instead of one a row when nobody has looked at any row yet."""
    rest = [problem for problem in problems if (problem.code, problem.variant) != ("R040", "never")]
    if rows < 2 or len(problems) - len(rest) < rows:  # noqa: PLR2004 - of a single row its own remark says it better
        return problems
    place = sheet.place(sheet.table.header.number, "verified_on")
    return [*rest, found("R040.never_all", place, rows=rows)]
