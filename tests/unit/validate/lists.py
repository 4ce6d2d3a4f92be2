"""Lists as staff might have written them, and what the reader found in them, in short."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from invites.model.recipient import Problem

COLUMNS = (
    "code", "kind", "name_id", "name_en", "mission_to_en", "mission_name_local", "mission_to_local", "locale", "email",
    "head_class", "head_gender", "credentials_at", "verified_on",
)  # fmt: skip


def embassy(code: str = "JP", **changes: Any) -> dict[str, Any]:
    """A row without fault on 1 February 2024."""
    row = {
        "code": code,
        "kind": "embassy",
        "name_id": f"Kedutaan Besar {code}".strip(),
        "name_en": f"Embassy of {code}".strip(),
        "mission_to_en": f"the Embassy of {code}".strip(),
        "mission_name_local": "在インドネシア日本国大使館",
        "mission_to_local": "在インドネシア日本国大使館",
        "locale": "ja-JP",
        "email": f"protocol@embassy-{re.sub('[^a-z0-9]', 'x', code.lower())}.example",
        "head_class": "ambassador",
        "head_gender": "f",
        "credentials_at": "2022-02-16T09:30:00+07:00",
        "verified_on": "2024-01-20",
    }
    return row | changes


def csv_text(*rows: Mapping[str, Any], separator: str = ";", end: str = "\n") -> str:
    columns = list(dict.fromkeys([*COLUMNS, *(column for row in rows for column in row)]))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, delimiter=separator, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def csv_file(folder: Path, *rows: Mapping[str, Any], name: str = "list.csv", **options: str) -> Path:
    path = folder / name
    path.write_bytes(csv_text(*rows, **options).encode("utf-8-sig"))
    return path


def xlsx_file(
    folder: Path, rows: Sequence[Mapping[str, Any]], sheets: Sequence[str] = ("Kedutaan",), hidden: Sequence[str] = ()
) -> Path:
    """The same rows on every one of `sheets`; values keep their types."""
    path = folder / "list.xlsx"
    columns = list(dict.fromkeys([*COLUMNS, *(column for row in rows for column in row)]))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, columns)
            for number, row in enumerate(rows, 1):
                for position, column in enumerate(columns):
                    value = row.get(column, "")
                    style = instant if isinstance(value, datetime) else None
                    sheet.write(number, position, value, style)
            if name in hidden:
                sheet.hide()
    return path


def shorts(problems: Sequence[Problem]) -> list[str]:
    """Each problem as "R010.several E C7"."""
    return [
        f"{'.'.join(filter(None, (problem.code, problem.variant)))} {problem.severity} {problem.cell}".strip()
        for problem in problems
    ]
