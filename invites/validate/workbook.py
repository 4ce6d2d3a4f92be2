"""XLSX: measured as a zip before it is opened, then read through calamine."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from invites.model.recipient import Problem
from invites.validate.columns import in_one_cell, is_header, names_among
from invites.validate.limits import (
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_SPREAD,
    MAX_UNPACKED,
)
from invites.validate.rules import found, quoted
from invites.validate.table import Place, Table, as_text, table_of

_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
_NEEDED = re.compile(r"(\[Content_Types\]\.xml|_rels/[^/]+|xl/.+\.(xml|rels))$")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\b")
_REFERENCE = re.compile(
    rb"<(?:[\w.-]+:)?(?:c|row)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*?\br\s*=\s*[\"']([A-Za-z]*)(\d*)[\"']"
)
_ERROR_CELL = re.compile(rb"(<(?:[\w.-]+:)?c\b[^>]*?\bt\s*=\s*[\"'])e(?=[\"'])")
#: rows in which a header is looked for below a title
_TITLE_ROWS = 20
_SHARED_TEXT = re.compile(rb"<(?:[\w.-]+:)?si\b")


class _Refused(Exception):
    """The workbook breaks this rule as a file."""

    def __init__(self, rule: str, **fields: str | int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.fields = fields


def read_workbook(file: str, content: bytes) -> tuple[Table | None, list[Problem]]:
    """The one sheet of an XLSX that holds a recipient list, and what is wrong with the file as a file."""
    try:
        tables = list(_tables(file, _measured(content)))
        if any(len(table.rows) > MAX_ROWS for table in tables):
            raise _Refused("R005.rows", limit=MAX_ROWS)
        if len(tables) > 1:
            raise _Refused("R001.sheets", sheets=", ".join(table.sheet for table in tables))
    except _Refused as refused:
        return None, [found(refused.rule, Place(file=file), sending=False, **refused.fields)]
    return (tables[0], []) if tables else (None, [found("R001.empty", Place(file=file))])


def _measured(content: bytes) -> io.BytesIO:
    """The parts that calamine needs, unpacked and packed anew without compression.

    A zip's directory may lie about sizes, and calamine believes it; after this there is nothing to lie about.
    """
    unpacked = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(unpacked, "w") as plain:
            _check_directory(archive.infolist(), len(content))
            parts = {name: _part(archive, name) for name in archive.namelist() if _NEEDED.match(name)}
            _check_extent(parts.values())
            for name, part in parts.items():
                # calamine reads a cell that shows #N/A as an empty one
                plain.writestr(name, _ERROR_CELL.sub(rb"\1str", part))
    except _ZIP_FAULTS as error:
        raise _Refused("R001.unreadable") from error
    unpacked.seek(0)
    return unpacked


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    # read() without a size would unpack up to 2 GB before it looks at the declared one
    with archive.open(name) as part:
        return part.read(archive.getinfo(name).file_size + 1)


def _check_directory(entries: list[zipfile.ZipInfo], packed: int) -> None:
    names = [entry.filename for entry in entries]
    size = sum(entry.file_size for entry in entries)
    if len(names) > MAX_PARTS or size > MAX_UNPACKED or size > max(1_000_000, packed * MAX_RATIO):
        raise _Refused("R005.unpacked")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _Refused("R001.locked")
    if "xl/workbook.xml" not in names:
        raise _Refused("R001.kind")
    unusual = any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries)
    if unusual or len(set(names)) < len(names):
        raise _Refused("R001.unreadable")


def _check_extent(parts: Iterable[bytes]) -> None:
    """Refuse sheets that are small on disk and vast in memory: calamine allocates every cell up to the last."""
    longest = cells = 0
    for part in parts:
        if b"\0" in part:
            # UTF-16 inside: the patterns below would see nothing
            raise _Refused("R001.unreadable")
        if _SHARED_TEXT.search(part):
            longest = max(longest, *map(len, _SHARED_TEXT.split(part)))
        if not _ROW.search(part):
            continue
        rows = _ROW.split(part)
        widest = max(len(_CELL.findall(row)) for row in rows)
        cells += len(_CELL.findall(part))
        last_row, last_column = len(rows), widest
        for column, row in _REFERENCE.findall(part):
            # cells without a reference follow the one before, so both bounds add up
            last_row = max(last_row, len(rows) + int(row[:9] or b"0"))
            last_column = max(last_column, widest + _number(column))
        if last_row > 3 * MAX_ROWS or last_column > 3 * MAX_COLUMNS:
            raise _Refused("R005.rows", limit=MAX_ROWS)
    if longest * cells > MAX_SPREAD:
        raise _Refused("R005.unpacked")


def _number(column: bytes) -> int:
    number = 0
    for letter in column[:4].upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _tables(file: str, workbook: io.BytesIO) -> Iterator[Table]:
    """Every visible sheet whose first filled row names a column of a list, or that has a header further down."""
    try:
        book = CalamineWorkbook.from_filelike(workbook)
        if len(book.sheets_metadata) > MAX_SHEETS:
            raise _Refused("R005.unpacked")
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible or sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            table = table_of(file, rows, quoted(sheet.name))
            header = [as_text(cell) for cell in table.header.cells]
            below = ([as_text(cell) for cell in row.cells] for row in table.rows[:_TITLE_ROWS])
            if names_among(header) or in_one_cell(header) or any(map(is_header, below)):
                yield table
    except (_Refused, GeneratorExit):
        raise
    except BaseException as error:
        # a panic inside calamine derives from BaseException alone
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise _Refused("R001.unreadable") from error
