"""What a letter says in one language, before any template: names, dates, clocks and lists as that language has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from invites.compose import facts
from invites.errors import RenderError
from invites.model.event import Event, Product, SignatoryKind
from invites.model.recipient import Recipient
from invites.words import dates, names
from invites.words.catalogue import Catalogues, Text, number

ORIGINAL = facts.ORIGINAL
#: in a list, between place and date, and between two sentences, where not ", " and " "
_COMMAS = {"ar": "، ", "ja": "、", "th": " ", "zh": "，"}
_BEFORE_DATE = {"fr": ", le "}
_GAPS = {"ja": "", "zh": ""}
_ZONE = re.compile(r"(?<=[0-9]) (?=WI)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the programme: its time on all clocks in one text, and one by one, and the key of `agenda.<key>`."""

    time: str
    clocks: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What differs from language to language. Empty texts stand for what is not fixed yet.

    `times` is empty too where `dates` runs over several days and holds the times; `starts` is then the first
    clock time alone.
    """

    language: str
    title: Text
    mission: str
    mission_to: str
    head: str
    city: str
    host: str
    venue: Text
    dates: str
    times: str
    starts: str
    several_days: bool
    deadline: str
    comma: str
    before_date: str
    gap: str
    colon: str
    programme: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product as one language shows it; `picture` is the name of an asset."""

    name: Text
    maker: str
    place: str
    price: str
    minimum_order: int
    export_ready: bool
    picture: str


def words_of(event: Event, recipient: Recipient, language: str, catalogues: Catalogues) -> Words:
    """RenderError when the list lacks the name of the post in this language (R023)."""
    day, times, several_days = facts.when(event, language)
    times = _unbroken(times)
    starts = dates.clocks(facts.local(event.start, event), language) if event.start and several_days else times
    reply_by = event.reply_by and facts.local(event.reply_by, event)
    plain = language.partition("-")[0]
    comma = _COMMAS.get(plain, ", ")
    return Words(
        language=language,
        title=facts.title(event, language),
        mission=_named(names.mission_name, recipient, language),
        mission_to=names.mission_to(recipient, language) if _has_to(recipient, language) else "",
        head=names.head_name(recipient, language),
        city=names.city(recipient, language, catalogues),
        host=_host(event, language, catalogues),
        venue=facts.venue(event, language),
        dates=_unbroken(day),
        times=times,
        starts=_unbroken(starts),
        several_days=several_days,
        deadline=_unbroken(dates.deadline(reply_by, language)) if reply_by else "",
        comma=comma,
        before_date=_BEFORE_DATE.get(plain, comma),
        gap=_GAPS.get(plain, " "),
        colon=facts.colon(language),
        programme=_programme(event, language),
    )


def item(product: Product, language: str, picture: str) -> Item:
    """A product of the annex: the price band in whole rupiah, grouped as the language does."""
    currency = "Rp" if language == ORIGINAL else "IDR\u00a0"
    band = [product.price_from, *([] if product.price_to is None else [product.price_to])]
    return Item(
        name=facts.named(product.names, language),
        maker=product.maker,
        place=product.place,
        price=currency + "–".join(number(price, language) for price in band),
        minimum_order=product.minimum_order,
        export_ready=product.export_ready,
        picture=picture,
    )


def _named(form: Callable[[Recipient, str], str], recipient: Recipient, language: str) -> str:
    try:
        return form(recipient, language)
    except LookupError as error:
        raise RenderError("no_mission_name", code=recipient.code, language=language) from error


def _has_to(recipient: Recipient, language: str) -> bool:
    """Only a note says the name after "to"; a list without that form serves every other sheet."""
    try:
        return bool(names.mission_to(recipient, language))
    except LookupError:
        return False


def _host(event: Event, language: str, catalogues: Catalogues) -> str:
    """Who invites, as a card says it: the governor, whose guests they are whoever signs for him, or the agency."""
    kind = SignatoryKind.agency if event.signatory.kind is SignatoryKind.agency else SignatoryKind.governor
    return catalogues.get(f"letter.signatory.{kind}", language).text.rstrip(",")


def _programme(event: Event, language: str) -> tuple[Line, ...]:
    lines = []
    for moment, key in facts.agenda(event):
        other = moment.astimezone(dates.JAKARTA)
        clocks = [moment, *([other] if other.utcoffset() != moment.utcoffset() else [])]
        lines.append(
            Line(
                time=_unbroken(dates.clocks(moment, language)),
                clocks=tuple(_unbroken(dates.clock(each, language)) for each in clocks),
                key=key,
            )
        )
    return tuple(lines)


def _unbroken(text: str) -> str:
    """No line ends between a clock time and its zone."""
    return _ZONE.sub("\u00a0", text)
