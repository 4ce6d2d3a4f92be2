"""The letter of one embassy as HTML: the Indonesian sheet, which counts, and the courtesy translation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import segno

from invites.compose import facts
from invites.errors import RenderError, TemplateError
from invites.model.batch import Invitation
from invites.model.event import Event, LinkOn, SignatoryKind
from invites.model.link import Link
from invites.model.message import Letter
from invites.model.recipient import Recipient
from invites.words import dates, names
from invites.words.catalogue import Catalogues, Text
from invites.words.jinja import Templates

ORIGINAL = "id"
_DRAWINGS = ("sasirangan.svg", "seam.svg")
_EMBLEMS = ("emblem.svg", "emblem.png", "emblem.jpg")
#: Indonesian zones know no summer time, so the clock times of a programme without a day are right on any day
_ANY_DAY = date(2024, 1, 1)
#: in a list, between place and date, and between two sentences, where not ", " and " "
_COMMAS = {"ar": "، ", "ja": "、", "th": " ", "zh": "，"}
_BEFORE_DATE = {"fr": ", le "}
_GAPS = {"ja": "", "zh": ""}
#: the mask decides nothing that a scanner cares for, and a fixed one gives the same picture without a search
_MASK = 3
_ZONE = re.compile(r"(?<=[0-9]) (?=WI)")
_DARK = re.compile(rb"\x01+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the programme: the clock, or both clocks, and the key of `agenda.<key>`."""

    time: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What differs from language to language. Empty texts stand for what is not fixed yet.

    `times` is empty too where `dates` runs over several days and holds the times.
    """

    language: str
    title: Text
    mission: str
    venue: Text
    dates: str
    times: str
    several_days: bool
    deadline: str
    comma: str
    before_date: str
    gap: str
    programme: tuple[Line, ...]


def compose_letter(
    event: Event, invitation: Invitation, link: Link, *, templates: Templates, catalogues: Catalogues
) -> Letter:
    """The letter, ready for a renderer.

    RenderError when the list lacks the mission's name in its language (R023) or the chain of its locale
    ends nowhere (R020); TemplateError when a template can't be read or filled.
    """
    recipient = invitation.recipient
    languages = (ORIGINAL, _translation(recipient, catalogues))
    printed = link.url if event.link_on is LinkOn.letter else ""
    title = catalogues.fill("letter.subject", ORIGINAL, event_title=facts.title(event, ORIGINAL).text)
    assets = _assets(templates, printed)
    html = templates.render(
        "letter/letter.html",
        ORIGINAL,
        title=f"{title} – {recipient.name_id}",
        dated=event.letter.date.isoformat() if event.letter.date else "",
        office="org.province" if event.signatory.kind is SignatoryKind.governor else "org.agency",
        emblem=next((name for name in _EMBLEMS if name in assets), ""),
        event=event,
        number=invitation.number,
        revision=invitation.revision,
        link=printed,
        head_name=recipient.head_name,
        gender=names.gender(recipient),
        phrases=_phrases(recipient),
        names_mission=names.form(recipient) in ("ambassador", "cda"),
        sheets=tuple(_sheet(event, recipient, language) for language in languages),
    )
    return Letter(
        event=event.slug,
        code=recipient.code,
        revision=invitation.revision,
        title=title,
        languages=languages,
        sheets=len(languages),
        html=html,
        assets=assets,
    )


def _translation(recipient: Recipient, catalogues: Catalogues) -> str:
    """The embassy's language; English for one that reads Indonesian, so that there always is a translation."""
    try:
        language = names.language_for(recipient, catalogues)
    except LookupError as error:
        raise RenderError("no_language", code=recipient.code, locale=recipient.locale) from error
    return "en" if language == ORIGINAL else language


def _phrases(recipient: Recipient) -> Mapping[str, str]:
    """The keys that follow the class of the head: an ambassador's, a chargé's, a vacant post's."""
    stems = ("addressee", "salutation", "letter.opening", "letter.hope", "letter.representative", "letter.closing")
    return {stem.rpartition(".")[2]: names.phrase(stem, recipient) for stem in stems}


def _sheet(event: Event, recipient: Recipient, language: str) -> Sheet:
    try:
        mission = names.mission_name(recipient, language)
    except LookupError as error:
        raise RenderError("no_mission_name", code=recipient.code, language=language) from error
    start, end = _local(event.start, event), _local(event.end, event)
    several_days = start is not None and end is not None and start.date() != end.date()
    day = times = ""
    if start is not None:
        times = _unbroken(dates.span(start, end, language))
        day = times if several_days else dates.date_full(start.date(), language)
    reply_by = _local(event.reply_by, event)
    plain = language.partition("-")[0]
    comma = _COMMAS.get(plain, ", ")
    return Sheet(
        language=language,
        title=facts.title(event, language),
        mission=mission,
        venue=facts.venue(event, language),
        dates=day,
        times=times,
        several_days=several_days,
        deadline=_unbroken(dates.deadline(reply_by, language)) if reply_by else "",
        comma=comma,
        before_date=_BEFORE_DATE.get(plain, comma),
        gap=_GAPS.get(plain, " "),
        programme=_programme(event, start, language),
    )


def _programme(event: Event, start: datetime | None, language: str) -> tuple[Line, ...]:
    day, zone = (start.date() if start else _ANY_DAY), ZoneInfo(event.zone)
    return tuple(
        Line(time=_unbroken(dates.clocks(datetime.combine(day, item.at, zone), language)), key=item.key)
        for item in event.programme
    )


def _local(moment: datetime | None, event: Event) -> datetime | None:
    return moment and moment.astimezone(ZoneInfo(event.zone))


def _unbroken(text: str) -> str:
    """No line ends between a clock time and its zone."""
    return _ZONE.sub("\u00a0", text)


def _assets(templates: Templates, url: str) -> dict[str, bytes]:
    """The bytes behind the letter's `asset:` addresses. The style sheet and the drawings ship with the program;
    an emblem is the workspace's own business."""
    assets = {"qr.svg": _qr(url)} if url else {}
    for name, folder in (("letter.css", "letter"), *((name, "assets") for name in _DRAWINGS)):
        content = templates.read(f"{folder}/{name}")
        if content is None:
            raise TemplateError("template_missing", template=f"{folder}/{name}", line=0)
        assets[name] = content
    for name in _EMBLEMS:
        content = templates.read(f"assets/{name}")
        if content is not None:
            assets[name] = content
            break
    return assets


def _qr(url: str) -> bytes:
    """A QR code (error correction M) as one filled path, its quiet zone of four modules included."""
    code = segno.make(url, error="m", micro=False, boost_error=False, mask=_MASK)
    side = code.symbol_size(border=4)[0]
    runs = ((run.start() + 4, y, len(run[0])) for y, row in enumerate(code.matrix, 4) for run in _DARK.finditer(row))
    dark = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs)
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    return f'{picture}<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{dark}"/></svg>'.encode()
