"""templates/events/<slug>/event.toml → Event, with every problem of the file at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from invites.model.event import Contact, Event, Kemlu, LetterFacts, ProgrammeItem, Signatory
from invites.model.message import Form
from invites.model.recipient import Problem
from invites.validate.event_checks import check_event, zone_fault
from invites.validate.event_form import EventForm
from invites.validate.event_shape import Unusable, at, form_of
from invites.validate.holidays import read_holidays
from invites.validate.limits import MAX_FILE
from invites.validate.products import ProductsResult, read_products
from invites.validate.rules import found, quoted
from invites.validate.table import Place
from invites.words.catalogue import Catalogues

_SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LINE = re.compile(r"at line (\d+)")
_INSTANTS = ("start", "end", "reply_by", "late_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventResult:
    """What an event file holds; `event` is None when it lacks the shape of one."""

    event: Event | None
    problems: tuple[Problem, ...]


def read_event(
    path: Path,
    *,
    now: datetime,
    for_sending: bool,
    live: bool = False,
    catalogues: Catalogues | None = None,
    holidays: Path | None = None,
) -> EventResult:
    """Read an event file. Never raises for what it holds: the caller decides what blocks.

    The slug is the name of the file's folder. Dates that are past or missing, and a letter without a
    number, only warn unless `for_sending`; sample texts only warn unless `live`, which says that real mail
    will leave. `catalogues` know the keys of programme and dress; without them any key passes. `now` is
    aware. `holidays` is by default the table beside the folders of the events.
    """
    name = quoted(f"{path.parent.name}/{path.name}")
    try:
        slug = _slug(path, name)
        raw, digest = _loaded(path, name)
        form = form_of(raw, name, catalogues)
        annex = read_products(path.parent) if Form.products in form.forms else ProductsResult()
        event = _event(slug, form, name, annex, _digest(digest, annex.contents))
    except Unusable as unusable:
        return EventResult(event=None, problems=unusable.problems)
    table = read_holidays(holidays or path.parent.parent / "holidays.toml")
    problems = check_event(event, name, now=now, sending=for_sending, live=live, holidays=table)
    return EventResult(event=event, problems=(*problems, *annex.problems))


def _slug(path: Path, name: str) -> str:
    if not _SLUG.fullmatch(path.parent.name):
        raise Unusable(found("E100.slug", Place(file=name), text=path.parent.name))
    return path.parent.name


def _loaded(path: Path, name: str) -> tuple[dict[str, Any], str]:
    place = Place(file=name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        raise Unusable(found("E100.missing_file", place)) from error
    try:
        raw = tomllib.loads(content.decode("utf-8-sig")) if len(content) <= MAX_FILE else None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        row = int(line[1]) if line else None
        raise Unusable(found("E100.syntax", Place(file=name, row=row), line=row or "?")) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Unusable(found("E100.unreadable", place)) from error
    if raw is None:
        raise Unusable(found("E100.unreadable", place))
    return raw, hashlib.sha256(content).hexdigest()


def _digest(file: str, contents: Sequence[bytes]) -> str:
    """The event file's own, or one that changes with what its annex is made from too."""
    parts = [file, *(hashlib.sha256(content).hexdigest() for content in contents)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest() if contents else file


def _event(slug: str, form: EventForm, name: str, annex: ProductsResult, digest: str) -> Event:
    if expected := zone_fault(form.city, form.zone):
        raise Unusable(found("E101.zone", at(name, "zone"), text=form.zone, city=form.city, expected=expected))
    zone = ZoneInfo(form.zone)
    instants = {key: _in_zone(getattr(form, key), zone) for key in _INSTANTS}
    wrong = [key for key in _INSTANTS if _elsewhere(getattr(form, key), zone)]
    if wrong:
        raise Unusable(*(found("E101.offset", at(name, key), entry=key, zone=form.zone) for key in wrong))
    return Event(
        slug=slug,
        titles=form.title,
        city=form.city,
        venue=form.venue,
        zone=form.zone,
        **instants,
        programme=tuple(ProgrammeItem(at=item.at, key=item.key) for item in form.programme),
        dress=form.dress,
        arrival_minutes=form.arrival_minutes,
        contact=Contact(**dict(form.contact)),
        letter=LetterFacts(**dict(form.letter)),
        signatory=Signatory(**dict(form.signatory)),
        copies=form.copies,
        kemlu=Kemlu(**dict(form.kemlu)) if form.kemlu else None,
        max_delegates=form.max_delegates,
        expected_recipients=form.expected_recipients,
        calendar=form.calendar,
        link_on=form.link_on,
        forms=tuple(dict.fromkeys(form.forms)),
        bundle=form.bundle,
        products=annex.products,
        sample_note=form.sample_note,
        digest=digest,
    )


def _in_zone(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    return instant and instant.replace(tzinfo=zone)


def _elsewhere(instant: datetime | None, zone: ZoneInfo) -> bool:
    """Whether a date was written with an offset that isn't the zone's."""
    return bool(instant and instant.tzinfo and instant.utcoffset() != instant.replace(tzinfo=zone).utcoffset())
