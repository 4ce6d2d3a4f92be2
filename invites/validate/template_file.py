"""A list as a workbook that staff can fill in: text cells, drop-downs, a note on every column."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter

from invites.validate.columns import CHOICES, COLUMNS, NAMES, REQUIRED
from invites.validate.rows import Sheet
from invites.validate.table import as_text
from invites.words.catalogue import Catalogues

SHEET = "Kedutaan"
#: rows that are ready for entries, drop-downs included
_ROWS = 500
_WIDTHS = {"code": 9, "kind": 12, "script": 9, "dir": 7, "locale": 13}
_WIDE = (*NAMES, "email", "cc", "address_lines", "notes")
_YES_NO = ["ya", "tidak"]
_DROP_DOWNS: dict[str, list[str]] = {
    **{column: [choice.value for choice in choices] for column, choices in CHOICES.items()},
    "dir": ["ltr", "rtl"],
    "kemlu_cc": _YES_NO,
    "shared_mailbox": _YES_NO,
}
# the same list is the same bytes: git shows a change only where there is one
_CREATED = datetime(2024, 1, 1, tzinfo=UTC)


def workbook(sheet: Sheet, catalogues: Catalogues, language: str) -> bytes:
    """An XLSX with the rows of `sheet` and every column there is, explained in `language`.

    All cells are text, so that Excel leaves telephone numbers and dates alone.
    """
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _CREATED.replace(tzinfo=None)})
        page = book.add_worksheet(SHEET)
        text = book.add_format({"num_format": "@", "valign": "top"})
        bold = {"bold": True, "bg_color": "#EFE7DA", "bottom": 1, "num_format": "@"}
        heads = {False: book.add_format(bold), True: book.add_format({**bold, "font_color": "#8A1C1C"})}
        for position, column in enumerate(COLUMNS):
            page.set_column(position, position, _WIDTHS.get(column, 38 if column in _WIDE else 18), text)
            page.write_string(0, position, column, heads[column in REQUIRED])
            page.write_comment(0, position, catalogues.fill(f"column.{column}", language), {"x_scale": 2})
            if column in _DROP_DOWNS:
                rule = {"validate": "list", "source": _DROP_DOWNS[column], "error_type": "warning"}
                page.data_validation(1, position, _ROWS, position, rule)
            for number, row in enumerate(sheet.table.rows, 1):
                index = sheet.index.get(column)
                if index is not None and index < len(row.cells):
                    page.write_string(number, position, as_text(row.cells[index]), text)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(sheet.table.rows), 1), len(COLUMNS) - 1)
    return target.getvalue()
