"""The holiday table is a file that staff complete every year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from invites.validate.countries import COUNTRIES
from invites.validate.holidays import read_holidays
from tests.unit.validate.conftest import REPOSITORY

TABLE = read_holidays(REPOSITORY / "templates" / "events" / "holidays.toml")


def test_the_shipped_table_is_complete_for_the_years_that_were_decreed():
    assert TABLE.years == {2024, 2025, 2026}
    for year, days in ((2024, 27), (2025, 28), (2026, 25)):
        every_day = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
        assert sum(bool(TABLE.on(day)) for day in every_day if day.year == year) == days


def test_nyepi_and_ramadan_are_known():
    assert "Nyepi" in TABLE.on(date(2024, 3, 11))
    assert TABLE.in_ramadan(date(2024, 3, 12))
    assert not TABLE.in_ramadan(date(2024, 3, 11))
    assert not TABLE.in_ramadan(date(2024, 4, 10))


def test_a_holiday_of_every_year_needs_no_table_of_that_year():
    assert TABLE.on(date(2050, 8, 17)) == "Hari Kemerdekaan"
    assert TABLE.on(date(2050, 8, 18)) == ""


def test_the_national_days_are_of_countries_that_exist():
    assert set(TABLE.national_days) <= COUNTRIES
    assert TABLE.nations_on(date(2024, 10, 3)) == ("DE", "KR")


@pytest.mark.parametrize("content", [b"complete_for = [2024]", b"=", b"\xff", b"complete_for = 1\nunknown = 2"])
def test_a_table_that_cannot_be_read_is_complete_for_no_year(tmp_path, content):
    path = tmp_path / "holidays.toml"
    path.write_bytes(content)

    assert read_holidays(path).years == frozenset()
    assert read_holidays(tmp_path / "none.toml").years == frozenset()
