"""CSV in every flavour that Excel writes: encodings, separators, quoted line breaks."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from invites.model.recipient import Problem
from invites.validate.columns import SEPARATORS, names_among
from invites.validate.limits import MAX_FILE, MAX_ROWS
from invites.validate.rules import found
from invites.validate.table import Place, Table, table_of

# csv refuses fields over 128 KiB by itself, without saying where; our own limit names the cell
csv.field_size_limit(MAX_FILE)

_UTF_16 = (("utf-16", ""),)
_OTHER = (("utf-8-sig", ""), ("cp1252", "R001.encoding"))
# Excel takes the separator from this line and doesn't show it
_SEP_LINE = re.compile(r"\"?sep=(.)\"?[;,\t]*(\r\n|\r|\n|$)", re.IGNORECASE)

#: rows in which the header is looked for
_TITLE_ROWS = 20


def read_text(file: str, content: bytes) -> tuple[Table | None, list[Problem]]:
    """The table in a CSV, and what is wrong with the file as a file.

    A file in cp1252 (Excel's plain "CSV") is read, so that every other problem shows too, but it never
    passes: what this encoding couldn't hold was lost when it was saved.
    """
    place = Place(file=file)
    text, fault = decoded(content)
    problems = [found(fault, place)] if fault else []
    if text is None:
        return None, problems
    text, separator = _separator(text)
    rows: list[list[str]] = []
    try:
        for row in islice(_records(text, separator), MAX_ROWS + 2):
            rows.append(row)  # noqa: PERF402 - the rows read before an error tell where it is
    except csv.Error:
        at = Place(file=file, row=len(rows) + 1, cell=f"A{len(rows) + 1}")
        return None, [*problems, found("R001.quotes", at)]
    if len(rows) > MAX_ROWS + 1:
        return None, [*problems, found("R005.rows", place, limit=MAX_ROWS)]
    return table_of(file, rows), problems


def decoded(content: bytes) -> tuple[str | None, str]:
    """The text, if any reading of the bytes makes sense, and the rule that the encoding breaks, if any."""
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding, fault in _UTF_16 if utf_16 else _OTHER:
        try:
            return content.decode(encoding), fault
        except UnicodeDecodeError:
            continue
    return None, "R001.unreadable"


def _separator(text: str) -> tuple[str, str]:
    """The text without a `sep=` line, and the separator: the one that finds most column names."""
    if line := _SEP_LINE.match(text):
        return text[line.end() :], line[1]
    return text, max(SEPARATORS, key=lambda separator: _known_names(text, separator))


def _known_names(text: str, separator: str) -> int:
    """In the row that has most of them: a title may stand above the header."""
    most = 0
    try:
        for row in islice(_records(text, separator), _TITLE_ROWS):
            most = max(most, names_among(row))
    except csv.Error:
        return most
    return most


def _records(text: str, separator: str) -> Iterator[list[str]]:
    # newline="" leaves line breaks to csv: CRLF, LF and the CR of old Macs, and those inside quotes
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
