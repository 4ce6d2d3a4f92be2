"""The table of days on which no embassy should be invited: a file, because a decree changes it every year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Indonesia's holidays by date, Ramadan by its first and last day, national days by country.

    `years` are the years that the table is complete for.
    """

    days: Mapping[date, str] = field(default_factory=dict)
    yearly: Mapping[str, str] = field(default_factory=dict)
    ramadan: tuple[tuple[date, date], ...] = ()
    national_days: Mapping[str, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def on(self, day: date) -> str:
        """The name of the holiday on this day; "" on a working day."""
        return self.days.get(day) or self.yearly.get(f"{day:%m-%d}", "")

    def in_ramadan(self, day: date) -> bool:
        """Whether people fast on this day."""
        return any(first <= day <= last for first, last in self.ramadan)

    def nations_on(self, day: date) -> tuple[str, ...]:
        """The countries (ISO 3166-1 alpha-2) whose national day this is."""
        return tuple(sorted(code for code, when in self.national_days.items() if when == f"{day:%m-%d}"))


class _Period(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: date
    last: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    complete_for: list[int]
    holidays: dict[date, str]
    every_year: dict[_MonthDay, str]
    ramadan: list[_Period]
    national_days: dict[str, _MonthDay]


def read_holidays(path: Path) -> Holidays:
    """The table in this file; an empty one, complete for no year, when there is none that can be read."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        table = _File.model_validate(raw)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError):
        return Holidays()
    return Holidays(
        days=table.holidays,
        yearly=table.every_year,
        ramadan=tuple((period.first, period.last) for period in table.ramadan),
        national_days=table.national_days,
        years=frozenset(table.complete_for),
    )
