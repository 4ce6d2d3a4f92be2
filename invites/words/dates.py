"""Dates, clock times and zones as each language writes them, in Latin digits and on the 24-hour clock."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from invites.words.catalogue import direction, isolate, locale_of, ltr

JAKARTA = ZoneInfo("Asia/Jakarta")

#: Babel writes "05 Maret" for id, "ค.ศ." for th, and orders en and vi as official letters do not
_FULL = {
    "id": "EEEE, d MMMM y",
    "vi": "EEEE, 'ngày' d 'tháng' M 'năm' y",
}
_LONG = {
    "id": "d MMMM y",
    "vi": "d 'tháng' M 'năm' y",
}
_BUDDHIST_YEARS = 543
#: between date and time where Babel's own joint does not read well in a sentence
_JOINT = {"id": "{1} pukul {0}", "ms": "{1}, {0}", "th": "{1} เวลา {0}"}
_RANGE = {"ja": "～", "ko": "~"}
#: never Babel's names: its Russian gives Jakarta summer time, most others "+0700"
_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def date_full(day: date, language: str) -> str:
    """The date with its weekday: "Selasa, 5 Maret 2024", "Tuesday, 5 March 2024", "วันอังคารที่ 5 มีนาคม พ.ศ. 2567"."""
    if _plain(language) == "th":
        return _date(day, language, f"EEEE'ที่' d MMMM 'พ.ศ.' '{day.year + _BUDDHIST_YEARS}'")
    return _date(day, language, _FULL.get(_plain(language), "full"))


def date_long(day: date, language: str) -> str:
    """The date without its weekday: "5 Maret 2024", "วันที่ 5 มีนาคม พ.ศ. 2567"."""
    if _plain(language) == "th":
        return _date(day, language, f"'วันที่' d MMMM 'พ.ศ.' '{day.year + _BUDDHIST_YEARS}'")
    return _date(day, language, _LONG.get(_plain(language), "long"))


def clock(moment: datetime, language: str, zone: str | None = None) -> str:
    """Time and zone: "09.00 WIB" in Indonesian, else "09:00 WIB". `zone` replaces the short zone name."""
    return _run(f"{_time(moment, language)} {zone or zone_name(moment)}", language)


def clocks(moment: datetime, language: str) -> str:
    """As `clock`, and Jakarta's time behind it where that differs, with the date if it is another day there:
    "09:00 WITA (08:00 WIB)", "00:00 WITA (29 February 2024, 23:00 WIB)"."""
    return _both(moment, None, language)


def span(start: datetime, end: datetime | None, language: str) -> str:
    """From start to end, both clocks where they differ: "09:00–15:00 WIB".

    Dates are written where the two fall on different days; without an end it is the start alone.
    """
    if end is not None and _day(start) != _day(end.astimezone(start.tzinfo)):
        return f"{deadline(start, language)} – {deadline(end, language)}"
    return _both(start, end, language)


def deadline(moment: datetime, language: str) -> str:
    """Full date, time and zone of an instant: "Jumat, 1 Maret 2024 pukul 17.00 WIB"."""
    return _joined(date_full(_day(moment), language), clocks(moment, language), language)


def zone_name(moment: datetime) -> str:
    """WIB, WITA or WIT for an instant in an Indonesian zone, else "UTC+3". ValueError without a zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{moment} has no zone")
    hours, rest = divmod(offset, timedelta(hours=1))
    if not rest and hours in _ZONES:
        return _ZONES[hours]
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


def zone_key(moment: datetime) -> str:
    """The key of the zone's full name, `tz.wib` or `tz.wita`."""
    return f"tz.{zone_name(moment).lower()}"


def _both(start: datetime, end: datetime | None, language: str) -> str:
    here = _range(start, end, language)
    if start.utcoffset() == start.astimezone(JAKARTA).utcoffset():
        return _run(here, language)
    first, last = start.astimezone(JAKARTA), end and end.astimezone(JAKARTA)
    if {_day(first), _day(last or first)} == {_day(start)}:
        return _run(f"{here} ({_range(first, last, language)})", language)
    if last and _day(first) != _day(last):
        there = f"{_dated(first, None, language)} – {_dated(last, None, language)}"
    else:
        there = _dated(first, last, language)
    return f"{_run(here, language)} ({there})"


def _dated(start: datetime, end: datetime | None, language: str) -> str:
    return _joined(date_long(_day(start), language), _run(_range(start, end, language), language), language)


def _joined(day: str, time: str, language: str) -> str:
    joint = _JOINT.get(_plain(language)) or str(locale_of(language).datetime_formats["full"])
    return joint.replace("{1}", day).replace("{0}", time)


def _range(start: datetime, end: datetime | None, language: str) -> str:
    until = "" if end is None else _RANGE.get(_plain(language), "–") + _time(end.astimezone(start.tzinfo), language)
    return f"{_time(start, language)}{until} {zone_name(start)}"


def _time(moment: datetime, language: str) -> str:
    return moment.strftime("%H.%M" if _plain(language) == "id" else "%H:%M")


def _run(text: str, language: str) -> str:
    """Figures and zone names run left to right: a right-to-left line would put the end before the start.

    WeasyPrint forgets an isolate where a line wraps, so such a run has no space to wrap at.
    """
    return isolate(ltr(text.replace(" ", "\u00a0")), language) if direction(language) == "rtl" else text


def _date(day: date, language: str, pattern: str) -> str:
    # CLDR's bare "en" is American; ours is British, with en-US as its overlay
    locale = locale_of("en-GB" if language == "en" else language)
    written = format_date(day, pattern, locale=locale)
    return re.sub(r"\b1 ", "1er ", written, count=1) if _plain(language) == "fr" else written


def _day(moment: datetime) -> date:
    return moment.date()


def _plain(language: str) -> str:
    return language.partition("-")[0]
