"""Rows of cells become recipients, cell by cell, with every problem on the way kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from invites.model.recipient import DeliveryMode, Problem, Recipient
from invites.validate import addresses, hygiene, phones
from invites.validate.columns import (
    ADDRESSES,
    CHOICES,
    COLUMNS,
    MULTILINE,
    NAMES,
    REQUIRED,
    SPELLINGS,
    in_one_cell,
    is_header,
    row_in_one_cell,
)
from invites.validate.form import RULE_OF, RowForm
from invites.validate.limits import MAX_COLUMNS
from invites.validate.rules import found
from invites.validate.table import Place, Row, Table, Value, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table whose header is understood: where each column is."""

    table: Table
    index: Mapping[str, int]

    def place(self, row: int, column: str) -> Place:
        """The cell of a column; the row's first cell when the file has no such column."""
        return self.table.at(row, self.index.get(column, 0), column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row, as far as it could be understood.

    `texts` are the cells that aren't empty, in NFC and otherwise byte-exact; `faulty` names the columns
    that break a rule that blocks; `recipient` has a default where a cell is empty or faulty.
    """

    sheet: Sheet
    row: int
    texts: Mapping[str, str]
    faulty: frozenset[str]
    recipient: Recipient

    def place(self, column: str) -> Place:
        """The cell of a column in this row."""
        return self.sheet.place(self.row, column)


def understood(table: Table) -> tuple[Sheet, list[Problem]]:
    """Find each column in the header, and what is wrong with the header."""
    index: dict[str, int] = {}
    problems = []
    header = table.at(table.header.number, 0)
    names = [as_text(cell).strip() for cell in table.header.cells[:MAX_COLUMNS]]
    if in_one_cell(names):
        return Sheet(table=table, index={}), [found("R001.one_cell", header)]
    if problem := _shifted(table, names):
        return Sheet(table=table, index={}), [problem]
    for position, name in enumerate(names):
        column = SPELLINGS.get(name.casefold(), name.casefold())
        place = table.at(table.header.number, position, column)
        if name and column not in COLUMNS:
            problems.append(found("R001.unknown_column", place, name=name))
        elif column in index:
            problems.append(found("R001.repeated_column", place, name=column))
        elif name:
            index[column] = position
    problems += [found("R001.missing_column", header, name=name) for name in REQUIRED if name not in index]
    problems += _beyond_header(table, names)
    return Sheet(table=table, index=index), problems


def _shifted(table: Table, names: Sequence[str]) -> Problem | None:
    """What one cause explains that would otherwise be found wrong in every row: a title above the header,
    rows that each stand in one cell."""
    rows = ((row.number, [as_text(cell) for cell in row.cells[:MAX_COLUMNS]]) for row in table.rows)
    if is_header(names):
        packed = next((number for number, cells in rows if row_in_one_cell(cells)), None)
        return found("R001.one_cell", table.at(packed, 0)) if packed else None
    lower = next((number for number, cells in rows if is_header(cells)), None)
    return found("R001.title_above", table.at(table.header.number, 0), row=lower) if lower else None


def read_rows(sheet: Sheet, *, live: bool, smtputf8: bool) -> tuple[list[Entry], list[Problem]]:
    """Every row as an entry, and every problem that a cell has by itself."""
    rows = [_RowReader(sheet, row, live=live, smtputf8=smtputf8) for row in sheet.table.rows]
    return [row.entry() for row in rows], [problem for row in rows for problem in row.problems]


class _RowReader:
    """Reads one row and notes what is wrong with its cells."""

    def __init__(self, sheet: Sheet, row: Row, *, live: bool, smtputf8: bool) -> None:
        self.sheet = sheet
        self.row = row.number
        self.live = live
        self.smtputf8 = smtputf8
        self.problems: list[Problem] = []
        self.faulty: set[str] = set()
        self.texts: dict[str, str] = {}
        delivery = as_text(_cell(row, sheet.index["delivery"])) if "delivery" in sheet.index else ""
        #: paper only: nobody writes to the address, so that there need be none
        self._by_courier = delivery.strip().casefold() == DeliveryMode.courier
        for column, position in sheet.index.items():
            self._take(column, _cell(row, position))

    def entry(self) -> Entry:
        """The row as an entry; `problems` is complete after this."""
        values: dict[str, Any] = {"code": "", "name_id": "", "name_en": "", "locale": "", "email": ""}
        form = self._form()
        values |= {name: getattr(form, name) for name in form.model_fields_set.intersection(Recipient.__slots__)}
        values |= self._addresses()
        return Entry(
            sheet=self.sheet,
            row=self.row,
            texts=self.texts,
            faulty=frozenset(self.faulty),
            recipient=Recipient(**values),
        )

    def _take(self, column: str, value: Value) -> None:
        text = unicodedata.normalize("NFC", as_text(value))
        if column in MULTILINE:
            text = text.replace("\r\n", "\n")
        if text.strip():
            self.texts[column] = text
            for rule in _faults(column, text, value):
                self._blame(rule, column, text)
        elif column in REQUIRED and not (column == "email" and self._by_courier):
            self._blame("R010.missing" if column == "email" else "R009", column, text)

    def _form(self) -> RowForm:
        """The cells without fault, read; a cell that can't be is a problem and stays out."""
        try:
            return RowForm.model_validate(self._sound())
        except ValidationError as error:
            for column in {str(detail["loc"][0]) for detail in error.errors()}:
                self._blame(RULE_OF[column], column, self.texts[column])
            return RowForm.model_validate(self._sound())

    def _sound(self) -> dict[str, str]:
        apart = self.faulty.union(ADDRESSES)
        return {column: text for column, text in self.texts.items() if column not in apart}

    def _addresses(self) -> dict[str, str | tuple[str, ...]]:
        values: dict[str, str | tuple[str, ...]] = {}
        for column in ADDRESSES:
            if column not in self.texts or column in self.faulty:
                continue
            cells = addresses.several(self.texts[column]) if column == "cc" else [self.texts[column]]
            read = [addresses.parsed(cell, live=self.live, smtputf8=self.smtputf8) for cell in cells]
            for cell, address in zip(cells, read, strict=True):
                for rule in address.faults:
                    self._blame(rule, column, cell)
            if column not in self.faulty:
                values[column] = tuple(address.value for address in read) if column == "cc" else read[0].value
        return values

    def _blame(self, rule: str, column: str, text: str) -> None:
        place = self.sheet.place(self.row, column)
        choices = ", ".join(CHOICES.get(column, ()))
        problem = found(rule, place, column=column, text=text, choices=choices)
        self.problems.append(problem)
        if problem.blocks:
            self.faulty.add(column)


def _cell(row: Row, position: int) -> Value:
    return row.cells[position] if position < len(row.cells) else ""


def _faults(column: str, text: str, value: Value) -> Iterable[str]:
    for rule in hygiene.faults(text, multiline=column in MULTILINE, phone=column == "phone", name=column in NAMES):
        # what nobody sees in an address is the address's own rule, R010
        if column not in ADDRESSES or rule not in ("R006.control", "R006.bidi", "R006.invisible"):
            yield rule
    if column == "phone":
        yield from phones.faults(text, value)


def _beyond_header(table: Table, names: list[str]) -> Iterable[Problem]:
    """By row the first cell that holds something where the header has no name."""
    for row in table.rows:
        for position, value in enumerate(row.cells):
            named = position < len(names) and names[position]
            if not named and as_text(value).strip():
                yield found("R001.beyond_header", table.at(row.number, position), text=as_text(value))
                break
