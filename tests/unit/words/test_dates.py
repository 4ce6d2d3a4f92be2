"""Dates and times, as official letters in each language write them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from invites.words.catalogue import Catalogues
from invites.words.dates import clock, clocks, date_full, date_long, deadline, span, zone_key, zone_name

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
DAY = date(2024, 3, 5)
NINE = datetime(2024, 3, 5, 9, tzinfo=WIB)
IN_BALI = datetime(2024, 3, 5, 9, tzinfo=WITA)
LRI, PDI = "\u2066", "\u2069"

FULL = {
    "ar": "الثلاثاء، 5 مارس 2024",
    "de": "Dienstag, 5. März 2024",
    "en": "Tuesday, 5 March 2024",
    "en-US": "Tuesday, March 5, 2024",
    "fr": "mardi 5 mars 2024",
    "hi": "मंगलवार, 5 मार्च 2024",
    "id": "Selasa, 5 Maret 2024",
    "ja": "2024年3月5日火曜日",
    "ko": "2024년 3월 5일 화요일",
    "ms": "Selasa, 5 Mac 2024",
    "nl": "dinsdag 5 maart 2024",
    "ru": "вторник, 5 марта 2024\u202fг.",
    "th": "วันอังคารที่ 5 มีนาคม พ.ศ. 2567",
    "tr": "5 Mart 2024 Salı",
    "vi": "Thứ Ba, ngày 5 tháng 3 năm 2024",
    "zh-Hans": "2024年3月5日星期二",
}
LONG = {
    "ar": "5 مارس 2024",
    "de": "5. März 2024",
    "en": "5 March 2024",
    "en-US": "March 5, 2024",
    "fr": "5 mars 2024",
    "hi": "5 मार्च 2024",
    "id": "5 Maret 2024",
    "ja": "2024年3月5日",
    "ko": "2024년 3월 5일",
    "ms": "5 Mac 2024",
    "nl": "5 maart 2024",
    "ru": "5 марта 2024\u202fг.",
    "th": "วันที่ 5 มีนาคม พ.ศ. 2567",
    "tr": "5 Mart 2024",
    "vi": "5 tháng 3 năm 2024",
    "zh-Hans": "2024年3月5日",
}


def test_every_shipped_language_is_spoken_here(shipped: Catalogues) -> None:
    assert set(FULL) == set(LONG) == set(shipped.languages)


@pytest.mark.parametrize("language", sorted(FULL))
def test_a_full_date_has_its_weekday(language: str) -> None:
    assert date_full(DAY, language) == FULL[language]


@pytest.mark.parametrize("language", sorted(LONG))
def test_a_long_date_has_none(language: str) -> None:
    assert date_long(DAY, language) == LONG[language]


@pytest.mark.parametrize("language", sorted(FULL))
def test_digits_are_latin_everywhere(language: str) -> None:
    said = date_full(DAY, language) + deadline(NINE, language) + span(IN_BALI, None, language)
    assert {c for c in said if unicodedata.category(c) == "Nd"} <= set("0123456789")


def test_saudi_dates_stay_gregorian() -> None:
    assert date_full(DAY, "ar-SA") == FULL["ar"]


def test_the_first_of_a_month_is_premier_in_french() -> None:
    assert date_full(date(2024, 3, 1), "fr") == "vendredi 1er mars 2024"
    assert date_long(date(2024, 3, 1), "fr-FR") == "1er mars 2024"
    assert date_long(date(2024, 3, 21), "fr") == "21 mars 2024"


def test_the_thai_year_is_buddhist_on_new_years_day_too() -> None:
    assert date_long(date(2025, 1, 1), "th") == "วันที่ 1 มกราคม พ.ศ. 2568"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", "09.00 WIB"),
        ("en-US", "09:00 WIB"),
        ("ko", "09:00 WIB"),
        ("ms", "09:00 WIB"),
        ("ru", "09:00 WIB"),
        ("ar", f"{LRI}09:00\u00a0WIB{PDI}"),
    ],
)
def test_a_clock_shows_twenty_four_hours_and_its_zone(language: str, said: str) -> None:
    assert clock(NINE, language) == said
    assert clocks(NINE, language) == said


def test_afternoon_is_not_pm() -> None:
    assert clock(NINE.replace(hour=21, minute=5), "en-US") == "21:05 WIB"


def test_the_long_name_of_a_zone_can_stand_behind_the_clock(shipped: Catalogues) -> None:
    name = shipped.get(zone_key(NINE), "ru").text
    assert clock(NINE, "ru", name) == "09:00 по западноиндонезийскому времени (WIB, UTC+7)"
    assert zone_key(IN_BALI) == "tz.wita"


def test_bali_prints_both_clocks() -> None:
    assert clocks(IN_BALI, "en") == "09:00 WITA (08:00 WIB)"
    assert clocks(IN_BALI, "id") == "09.00 WITA (08.00 WIB)"
    assert span(IN_BALI, IN_BALI.replace(hour=15), "id") == "09.00–15.00 WITA (08.00–14.00 WIB)"
    assert deadline(IN_BALI, "de") == "Dienstag, 5. März 2024, 09:00 WITA (08:00 WIB)"


MIDNIGHT = datetime(2024, 3, 1, tzinfo=WITA)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Friday, 1 March 2024, 00:00 WITA (29 February 2024, 23:00 WIB)"),
        ("id", "Jumat, 1 Maret 2024 pukul 00.00 WITA (29 Februari 2024 pukul 23.00 WIB)"),
        ("th", "วันศุกร์ที่ 1 มีนาคม พ.ศ. 2567 เวลา 00:00 WITA (วันที่ 29 กุมภาพันธ์ พ.ศ. 2567 เวลา 23:00 WIB)"),
        ("ja", "2024年3月1日金曜日 00:00 WITA (2024年2月29日 23:00 WIB)"),
        ("ar", f"الجمعة، 1 مارس 2024، {LRI}00:00\u00a0WITA{PDI} (29 فبراير 2024، {LRI}23:00\u00a0WIB{PDI})"),
    ],
)
def test_where_jakarta_still_has_the_day_before_that_date_is_printed_too(language: str, said: str) -> None:
    assert deadline(MIDNIGHT, language) == said
    assert clocks(MIDNIGHT, language) in said


def test_a_span_prints_jakartas_dates_where_they_are_others() -> None:
    assert span(MIDNIGHT, MIDNIGHT.replace(minute=30), "en") == "00:00–00:30 WITA (29 February 2024, 23:00–23:30 WIB)"
    assert span(MIDNIGHT, MIDNIGHT.replace(hour=2), "en") == (
        "00:00–02:00 WITA (29 February 2024, 23:00 WIB – 1 March 2024, 01:00 WIB)"
    )


def test_yogyakarta_prints_one_clock() -> None:
    assert span(NINE, NINE.replace(hour=15), "en") == "09:00–15:00 WIB"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "09:00～15:00 WIB"),
        ("ko", "09:00~15:00 WIB"),
        ("id", "09.00–15.00 WIB"),
        ("ar", f"{LRI}09:00–15:00\u00a0WIB{PDI}"),
    ],
)
def test_a_span_reads_from_start_to_end_in_every_direction(language: str, said: str) -> None:
    assert span(NINE, NINE.replace(hour=15), language) == said


def test_an_arabic_span_has_no_place_where_a_line_could_tear_it() -> None:
    assert " " not in span(IN_BALI, IN_BALI.replace(hour=15), "ar")


def test_a_span_without_an_end_is_its_start() -> None:
    assert span(NINE, None, "id") == "09.00 WIB"


def test_a_span_over_two_days_names_both() -> None:
    said = span(NINE, NINE + timedelta(days=1), "en")
    assert said == "Tuesday, 5 March 2024, 09:00 WIB – Wednesday, 6 March 2024, 09:00 WIB"


def test_a_span_is_told_in_the_zone_of_its_start() -> None:
    assert span(IN_BALI, datetime(2024, 3, 5, 7, tzinfo=UTC), "en") == "09:00–15:00 WITA (08:00–14:00 WIB)"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", "Selasa, 5 Maret 2024 pukul 09.00 WIB"),
        ("en", "Tuesday, 5 March 2024, 09:00 WIB"),
        ("ms", "Selasa, 5 Mac 2024, 09:00 WIB"),
        ("th", "วันอังคารที่ 5 มีนาคม พ.ศ. 2567 เวลา 09:00 WIB"),
        ("vi", "09:00 WIB Thứ Ba, ngày 5 tháng 3 năm 2024"),
        ("zh-Hans", "2024年3月5日星期二 09:00 WIB"),
        ("ar", f"الثلاثاء، 5 مارس 2024، {LRI}09:00\u00a0WIB{PDI}"),
    ],
)
def test_a_deadline_carries_date_time_and_zone(language: str, said: str) -> None:
    assert deadline(NINE, language) == said


@pytest.mark.parametrize("language", sorted(FULL))
def test_babels_zone_names_never_appear(language: str) -> None:
    for month in range(1, 13):
        said = deadline(NINE.replace(month=month), language) + clocks(IN_BALI.replace(month=month), language)
        assert "WIB" in said
        assert "WITA" in said
        assert not any(word in said for word in ("+0700", "+07", "GMT", "UTC", "летнее", "Indonesia"))


def test_zones_elsewhere_are_told_by_their_offset() -> None:
    assert zone_name(datetime(2024, 3, 5, 9, tzinfo=ZoneInfo("Asia/Jayapura"))) == "WIT"
    assert zone_name(datetime(2024, 3, 5, 9, tzinfo=ZoneInfo("Asia/Kolkata"))) == "UTC+5:30"
    assert zone_name(datetime(2024, 3, 5, 9, tzinfo=ZoneInfo("America/St_Johns"))) == "UTC-3:30"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        clock(datetime(2024, 3, 5, 9), "id")  # noqa: DTZ001 - the mistake under test
