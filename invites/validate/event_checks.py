"""Rules of an event: its dates against each other, the clock, the calendar and the letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, pairwise

from invites.model.event import RUNNING, Event, Signing
from invites.model.message import Form
from invites.model.recipient import Problem
from invites.validate import addresses, hygiene
from invites.validate.event_form import CHOICES, NOT_YET
from invites.validate.event_shape import at
from invites.validate.holidays import Holidays
from invites.validate.rules import found
from invites.validate.samples import samples

_ZONES = frozenset({"Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"})
#: where the zone is certain
_ZONE_OF = {
    "jakarta": "Asia/Jakarta",
    "yogyakarta": "Asia/Jakarta",
    "surabaya": "Asia/Jakarta",
    "bandung": "Asia/Jakarta",
    "bali": "Asia/Makassar",
    "denpasar": "Asia/Makassar",
    "banjarmasin": "Asia/Makassar",
    "banjarbaru": "Asia/Makassar",
    "makassar": "Asia/Makassar",
}
_PLACEHOLDER = re.compile(r"\.{2,}|_{2,}|x{3,}|…|<|>|\[|\]|\b(tbd|todo|nomor|number|contoh nomor)\b", re.IGNORECASE)
_SATURDAY = 5
_TO_ANSWER = timedelta(days=7)
_TO_PREPARE = timedelta(days=14)


def zone_fault(city: str, zone: str) -> str:
    """The zone that this city must have, when `zone` is another; "" when it is right."""
    if certain := _ZONE_OF.get(city.strip().casefold()):
        return certain if zone != certain else ""
    return "" if zone in _ZONES else ", ".join(sorted(_ZONES))


def check_event(
    event: Event, file: str, *, now: datetime, sending: bool, live: bool, holidays: Holidays
) -> Iterator[Problem]:
    """Every problem of an event that has its shape."""
    checks = _Checks(event, file, now=now, sending=sending, holidays=holidays)
    return chain(
        checks.dates(),
        checks.order(),
        checks.calendar(),
        checks.letter(),
        checks.texts(),
        checks.programme(),
        checks.offered(),
        checks.forms(),
        checks.samples(live=live),
        checks.signature(live=live),
    )


class _Checks:
    """The checks of one event; each yields problems at the key that is to blame."""

    def __init__(self, event: Event, file: str, *, now: datetime, sending: bool, holidays: Holidays) -> None:
        self.event = event
        self.file = file
        self.now = now
        self.sending = sending
        self.holidays = holidays

    def _found(self, rule: str, key: str, **fields: object) -> Problem:
        return found(rule, at(self.file, key), sending=self.sending, entry=key, **fields)

    def dates(self) -> Iterator[Problem]:
        """Missing and past ones."""
        event = self.event
        for key in ("start", "end", "reply_by"):
            if getattr(event, key) is None:
                yield self._found("E101.undated", key)
        if event.start and event.start <= self.now:
            yield self._found("E101.past", "start", text=f"{event.start:%Y-%m-%d %H:%M}")
        if event.reply_by and event.reply_by <= self.now:
            yield self._found("E101.deadline_past", "reply_by", text=f"{event.reply_by:%Y-%m-%d %H:%M}")

    def order(self) -> Iterator[Problem]:
        """Dates that contradict each other."""
        event = self.event
        if event.start and event.end and event.start >= event.end:
            yield self._found("E101.order", "end")
        if event.start and event.reply_by and event.reply_by > event.start:
            yield self._found("E101.deadline_late", "reply_by")
        if event.late_until and event.reply_by and event.late_until < event.reply_by:
            yield self._found("E101.late_until", "late_until")

    def calendar(self) -> Iterator[Problem]:
        """Too little time, and days on which nobody comes."""
        event = self.event
        if event.start is None:
            return
        day = event.start.date()
        if event.reply_by and event.reply_by <= event.start < event.reply_by + _TO_ANSWER:
            yield self._found("E102.deadline_short", "reply_by", days=_TO_ANSWER.days)
        if self.now < event.start < self.now + _TO_PREPARE:
            yield self._found("E102.notice_short", "start", days=_TO_PREPARE.days)
        if name := self.holidays.on(day):
            yield self._found("E102.holiday", "start", day=day, name=name)
        if self.holidays.in_ramadan(day):
            yield self._found("E102.ramadan", "start", day=day)
        if day.year not in self.holidays.years:
            yield self._found("E102.no_table", "start", year=day.year)
        if day.weekday() >= _SATURDAY:
            yield self._found("E104.weekend", "start", day=day)
        if nations := self.holidays.nations_on(day):
            yield self._found("E104.national_day", "start", day=day, states=", ".join(nations))

    def letter(self) -> Iterator[Problem]:
        """A number that the registry has allotted, and a date that fits."""
        letter = self.event.letter
        yield from self.numbers()
        if letter.date is None:
            yield self._found("E103.date", "letter.date")
        elif self.event.reply_by and letter.date >= self.event.reply_by.date():
            yield self._found("E103.date_late", "letter.date", text=letter.date)

    def numbers(self) -> Iterator[Problem]:
        """One number for all, a range, or one for each recipient; none empty, none twice."""
        letter = self.event.letter
        named = {"letter.number": letter.number} if letter.number.strip() or not letter.numbers else {}
        named |= {f"letter.numbers.{code}": number for code, number in letter.numbers.items()}
        for key, number in named.items():
            if not number.strip() or _PLACEHOLDER.search(number):
                yield self._found("E103.number", key, text=number)
        for number, times in Counter(letter.numbers.values()).items():
            if times > 1:
                yield self._found("E103.twice", "letter.numbers", text=number, count=times)
        ranged = RUNNING in letter.number
        if ranged and (letter.first is None or letter.last is None or letter.first > letter.last):
            yield self._found("E103.range", "letter.first", text=letter.number, running=RUNNING)
        elif not ranged and (letter.first, letter.last) != (None, None):
            yield self._found("E103.no_place", "letter.number", text=letter.number, running=RUNNING)

    def texts(self) -> Iterator[Problem]:
        """Texts that go into headers and letters, and addresses."""
        for key, text in self._all_texts():
            for rule in hygiene.faults(text, phone=key == "contact.phone"):
                if rule != "R007.formula":
                    yield self._found("E105", key, text=text)
                    break
        emails = {"contact.email": self.event.contact.email}
        if self.event.kemlu:
            emails["kemlu.email"] = self.event.kemlu.email
        for key, email in emails.items():
            if not addresses.parsed(email, live=False, smtputf8=False).value:
                yield self._found("E106", key, text=email)

    def programme(self) -> Iterator[Problem]:
        """Items out of order or after the end."""
        start, end, items = self.event.start, self.event.end, self.event.programme
        if start and end and start.date() != end.date():
            # an item has a time but no day
            return
        for number, (before, after) in enumerate(pairwise(items), 2):
            if after.at <= before.at:
                yield self._found("E107", f"programme.{number}.at", text=f"{after.at:%H:%M}")
        if end and items and items[-1].at > end.time():
            yield self._found("E107", f"programme.{len(items)}.at", text=f"{items[-1].at:%H:%M}")

    def offered(self) -> Iterator[Problem]:
        """Choices that the event file knows and this version can't carry out: silence would lose a copy or a link."""
        chosen: dict[str, str] = {"calendar": self.event.calendar}
        for key, value in chosen.items():
            if value == NOT_YET[key]:
                yield self._found("E108", key, text=value, choices=", ".join(CHOICES[key]))

    def forms(self) -> Iterator[Problem]:
        """The letter is always there, and an annex has something to say."""
        if Form.letter not in self.event.forms:
            yield self._found("E110.no_letter", "forms")
        if Form.programme in self.event.forms and not self.event.programme:
            yield self._found("E110.no_programme", "forms")

    def samples(self, *, live: bool) -> Iterator[Problem]:
        """Sample texts: a rehearsal is full of them, a real mail must hold none."""
        for key, text in samples(self.event):
            yield found("E109.sample", at(self.file, key), sending=live, entry=key, text=text)

    def signature(self, *, live: bool) -> Iterator[Problem]:
        """A Governor's letter without a signature may be meant; then somebody has read this. Signed here, a letter
        has to say by whose certificate before there is a signature."""
        signatory = self.event.signatory
        if live and signatory.signing is Signing.none:
            yield self._found("E113.unsigned", "signatory.signing")
        if signatory.signing is Signing.pades and not signatory.issuer.strip():
            yield self._found("E113.no_issuer", "signatory.issuer")

    def _all_texts(self) -> Iterator[tuple[str, str]]:
        event = self.event
        yield from ((f"title.{tag}", text) for tag, text in event.titles.items())
        yield from ((f"venue.{tag}", text) for tag, text in event.venue.items())
        yield from ((f"copies.{number}", text) for number, text in enumerate(event.copies, 1))
        yield "city", event.city
        yield "contact.name", event.contact.name
        yield "contact.phone", event.contact.phone
        yield "contact.email", event.contact.email
        yield "letter.number", event.letter.number
        yield from ((f"letter.numbers.{code}", number) for code, number in event.letter.numbers.items())
        yield "letter.place", event.letter.place
        yield "signatory.name", event.signatory.name
        yield "signatory.issuer", event.signatory.issuer
