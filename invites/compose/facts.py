"""The facts of an event in one language, as labelled lines: the same ones in text, in HTML and in a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from invites.errors import MessageError
from invites.model.event import Event
from invites.model.recipient import Recipient
from invites.words import dates
from invites.words.catalogue import Catalogues, Text, isolate, ltr, parents
from invites.words.names import form, language_for

#: the language of the text that counts
ORIGINAL = "id"
#: Indonesian zones know no summer time: the clock times of a programme without a day are right on any day
_ANY_DAY = date(2024, 1, 1)
#: what stands between a label and its value in running text
_COLONS = {"fr": "\u00a0: ", "ja": "：", "zh-Hans": "："}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label (a catalogue key) and its lines. `plain` is for text without markup: isolated where the reader's
    language runs right to left. `ltr` marks figures and addresses; `language` is what the lines are written in, ""
    for the names of persons, which may be in any."""

    label: str
    lines: tuple[str, ...]
    plain: tuple[str, ...]
    language: str
    ltr: bool


class When(NamedTuple):
    """Day and times of an event as a language says them; `day` holds the times too where it is several days."""

    day: str = ""
    times: str = ""
    several_days: bool = False


def fact(label: str, *lines: str, reader: str, language: str | None = None, figures: bool = False) -> Fact:
    """A fact for a reader of the language `reader`, in which the lines are unless `language` says otherwise."""
    return Fact(
        label=label,
        lines=lines,
        plain=tuple(isolate(ltr(line) if figures else line, reader) for line in lines),
        language=reader if language is None else language,
        ltr=figures,
    )


def language_of(recipient: Recipient, catalogues: Catalogues) -> str:
    """The catalogue tag that the embassy reads. MessageError when its chain ends nowhere (R020)."""
    try:
        return language_for(recipient, catalogues)
    except LookupError as error:
        raise MessageError("no_language", code=recipient.code, locale=recipient.locale) from error


def beside(language: str) -> str:
    """What stands beside the original for a reader of this language: English for one who reads Indonesian, so that
    there always is a translation."""
    return "en" if language == ORIGINAL else language


def colon(language: str) -> str:
    """What stands between a label and its value."""
    return _COLONS.get(language, ": ")


def title(event: Event, language: str) -> Text:
    """The event's title and the language that it is in: English where the event file has no translation."""
    return named(event.titles, language)


def venue(event: Event, language: str) -> Text:
    """The venue and the language that it is in; an empty text while none is fixed."""
    return named(event.venue, language)


def head_name(recipient: Recipient) -> str:
    """The head's name as it is printed: of a vacant post, none."""
    return "" if form(recipient) == "vacant" else recipient.head_name


def local(moment: datetime, event: Event) -> datetime:
    """An instant on the clock of the event's place."""
    return moment.astimezone(ZoneInfo(event.zone))


def when(event: Event, language: str) -> When:
    """Day and times; empty while no date is fixed."""
    if event.start is None:
        return When()
    start, end = local(event.start, event), event.end and local(event.end, event)
    times = dates.span(start, end, language)
    several_days = end is not None and end.date() != start.date()
    return When(times if several_days else dates.date_full(start.date(), language), times, several_days)


def agenda(event: Event) -> list[tuple[datetime, str]]:
    """The programme: when each item begins, on the clock of the event's place, and its key."""
    day = local(event.start, event).date() if event.start else _ANY_DAY
    return [(datetime.combine(day, item.at, ZoneInfo(event.zone)), item.key) for item in event.programme]


def when_and_where(event: Event, language: str, catalogues: Catalogues) -> list[Fact]:
    """Date, time on both clocks, venue."""
    place = venue(event, language)
    if not place.text:
        place = catalogues.get("event.to_follow", language)
    where = fact("label.venue", place.text, reader=language, language=place.language)
    if event.start is None:
        return [fact("label.date", catalogues.fill("event.date_to_follow", language), reader=language), where]
    day, times, several_days = when(event, language)
    if event.sample_note:
        day = f"{day} ({catalogues.fill('event.sample_date', language)})"
    time = [] if several_days else [fact("label.time", times, reader=language)]
    return [fact("label.date", day, reader=language), *time, where]


def programme(event: Event, language: str, catalogues: Catalogues) -> list[Fact]:
    """The programme as one fact; none when the event has no programme."""
    if not event.programme:
        return []
    lines = (
        f"{dates.clocks(moment, language)}  {catalogues.get(f'agenda.{key}', language).text}"
        for moment, key in agenda(event)
    )
    return [fact("label.agenda", *lines, reader=language)]


def deadline(event: Event, language: str, catalogues: Catalogues, moment: datetime | None = None) -> str:
    """The end of the time for replies, or `moment` in its place, in full: date, both clocks."""
    moment = moment or event.reply_by
    return dates.deadline(local(moment, event), language) if moment else catalogues.fill("event.to_follow", language)


def contact(event: Event, language: str) -> list[Fact]:
    """Whom to telephone or write to."""
    return [
        fact("label.contact", event.contact.name, reader=language, language=""),
        fact("label.telephone", event.contact.phone, reader=language, figures=True),
        fact("label.email", event.contact.email, reader=language, figures=True),
    ]


def named(texts: Mapping[str, str], language: str) -> Text:
    """One of the texts of an event file by language, English where there is no translation."""
    found = next((tag for tag in (*parents(language), "en", "id") if texts.get(tag)), "en")
    return Text(texts.get(found, ""), found)
