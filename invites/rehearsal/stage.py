"""What a demonstration needs on its stage: event files with sample dates, and a list spoilt on purpose."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta

#: weeks from today
WEEKS = {"jakarta": 8, "yogyakarta": 10, "bali": 12}
_TUESDAY = 1
#: sample numbers: two mailings never share one
_NUMBERS = {"jakarta": "0123", "yogyakarta": "0124", "bali": "0125"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault that the validation must find: the rule's code and the cell."""

    code: str
    cell: str


def dated(event_file: str, slug: str, today: date) -> str:
    """The text of an event file with sample dates, WEEKS[slug] after `today` on a Tuesday, and a sample number
    where it has none, and every form that goes with a letter; letters say that the date is a sample."""
    day = today + timedelta(weeks=WEEKS[slug])
    day += timedelta(days=(_TUESDAY - day.weekday()) % 7)
    values = {
        "start": f"{day}T09:00:00",
        "end": f"{day}T13:00:00",
        "reply_by": f"{day - timedelta(days=14)}T16:00:00",
        "date": f"{today}",
        "forms": '["letter", "programme", "products", "card"]',
        "number": f'"500.2/{_NUMBERS[slug]}/CONTOH/{today.year}"',
    }
    for name, value in values.items():
        event_file = re.sub(rf"^{name} = .*$", f"{name} = {value}", event_file, count=1, flags=re.MULTILINE)
    return re.sub(r"^zone = .*$", r"\g<0>\nsample_note = true", event_file, count=1, flags=re.MULTILINE)


def spoilt(recipient_list: str) -> tuple[str, tuple[Planted, ...]]:
    """A copy of the list (CSV with `;`) with five faults that real lists have, and where they are."""
    head, *rows = list(csv.reader(io.StringIO(recipient_list.removeprefix("\ufeff")), delimiter=";"))
    column = {name: position for position, name in enumerate(head)}
    line_of = {row[0]: number for number, row in enumerate(rows, 2)}

    def plant(code: str, recipient: str, name: str, value: str) -> Planted:
        rows[line_of[recipient] - 2][column[name]] = value
        return Planted(code=code, cell=f"{_letters(column[name])}{line_of[recipient]}")

    planted = [
        plant("R010", "JP", "email", "protocol@embassy-jp.example\r\nBcc: lain@surel.example"),
        plant("R012", "CN", "email", "pr\N{CYRILLIC SMALL LETTER O}tocol@embassy-cn.example"),
        plant("R023", "RU", "mission_to_local", ""),
        plant("R017", "AU", "phone", "6,2812E+12"),
    ]
    twin = list(rows[line_of["TH"] - 2])
    twin[column["email"]] = "protocol2@embassy-th.example"
    rows.append(twin)
    planted.append(Planted(code="R002", cell=f"{_letters(column['code'])}{len(rows) + 1}"))
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([head, *rows])
    return text.getvalue(), tuple(planted)


def _letters(position: int) -> str:
    """The column's name in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
