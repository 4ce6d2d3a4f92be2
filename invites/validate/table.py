"""What a recipient list is before it means anything: cells, with the address that Excel would show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

#: what stands in one cell; "" is an empty one. A CSV knows text only
Value = str | float | int | bool | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a problem stands: file, sheet (XLSX), row from 1, column by name, cell like "C7"."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it stands in the file; `number` counts from 1 as Excel does."""

    number: int
    cells: Sequence[Value]

    @property
    def empty(self) -> bool:
        """Whether nothing but space stands in it."""
        return not any(as_text(value).strip() for value in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet: its header and the rows below it that hold something."""

    file: str
    sheet: str = ""
    header: Row
    rows: tuple[Row, ...]

    def at(self, row: int, index: int, column: str = "") -> Place:
        """The place of the cell in row `row` (from 1) and column `index` (from 0)."""
        return Place(file=self.file, sheet=self.sheet, row=row, column=column, cell=f"{letters(index)}{row}")

    @property
    def whole(self) -> Place:
        """The place of a problem that no single cell is to blame for."""
        return Place(file=self.file, sheet=self.sheet)


def table_of(file: str, rows: Sequence[Sequence[Value]], sheet: str = "") -> Table:
    """A table of these rows, the first of them being row 1; the header is the first that isn't empty."""
    filled = [row for row in (Row(number=n, cells=cells) for n, cells in enumerate(rows, 1)) if not row.empty]
    header, *below = filled or [Row(number=1, cells=())]
    return Table(file=file, sheet=sheet, header=header, rows=tuple(below))


def letters(index: int) -> str:
    """A column's letters: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def as_text(value: Value) -> str:
    """A cell as a person would have typed it: whole numbers without ".0", dates as ISO 8601."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
