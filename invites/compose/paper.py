"""What goes with letters on paper: the order of the courier's way, a sheet for each envelope, the delivery book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from invites.compose import facts
from invites.errors import TemplateError
from invites.model.event import Event, SignatoryKind
from invites.model.message import Letter
from invites.model.precedence import in_order
from invites.model.recipient import Channel, Recipient
from invites.words import names
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

#: lines of the delivery book on a page: each has room for a signature and a stamp
_LINES = 7
#: lines that the window of an envelope shows at the usual size
_ROOM = 7
_STYLE = "paper.css"
#: what one row may write and another leave out: a postcode, the rank of a city
_NOT_NAME = re.compile(r"\b[0-9]{5}\b|\bkota administrasi\b|\bkota adm\b\.?|\bkota\b|\bkabupaten\b|\bkab\b\.?|,")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What a courier carries to one post: to whom, and the number of the letter."""

    recipient: Recipient
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the delivery book."""

    position: int
    code: str
    number: str
    addressee: tuple[str, ...]
    address: tuple[str, ...]


def on_the_way(recipients: Iterable[Recipient]) -> list[Recipient]:
    """In the order of a courier's way: by district, then by precedence.

    The district is the last line of the address without its postcode, in the order of the alphabet. Whoever has no
    address here comes last, in order of precedence, and so does what the ministry passes on: that is one way.
    """
    ordered = in_order(recipients)
    return sorted(ordered, key=lambda recipient: (not address(recipient), district(recipient)))


def district(recipient: Recipient) -> str:
    """Where the courier goes for this post, in a form to compare; "" when the list does not say."""
    last = "".join(address(recipient)[-1:]).casefold()
    return " ".join(_NOT_NAME.sub(" ", last).split())


def address(recipient: Recipient) -> tuple[str, ...]:
    """The lines below the name. Of a post that the ministry writes to, the address is none of the courier's."""
    return () if recipient.channel is Channel.via_kemlu else recipient.address_lines


def compose_envelope(event: Event, sent: Consignment, *, templates: Templates, catalogues: Catalogues) -> Letter:
    """The sheet whose address shows in the window of an envelope. TemplateError."""
    recipient = sent.recipient
    to = (*addressee(recipient, catalogues), *(address(recipient) or _city(recipient, catalogues)))
    html = templates.render(
        "paper/envelope.html",
        facts.ORIGINAL,
        title=catalogues.fill("paper.envelope", facts.ORIGINAL),
        office="org.agency" if event.signatory.kind is SignatoryKind.agency else "org.province",
        place=event.letter.place,
        contact=event.contact,
        event_title=facts.title(event, facts.ORIGINAL).text,
        number=sent.number,
        to=to,
        small=len(to) > _ROOM,
    )
    return _sheets(event, html, templates=templates, languages=(facts.ORIGINAL,), code=recipient.code)


def compose_expedition(
    event: Event, sent: Sequence[Consignment], now: datetime, *, templates: Templates, catalogues: Catalogues
) -> Letter:
    """The delivery book (buku ekspedisi): a line for each letter, to be signed where it is handed over. `now` is
    aware. TemplateError."""
    lines = [
        Line(
            position=position,
            code=each.recipient.code,
            number=each.number,
            addressee=addressee(each.recipient, catalogues),
            address=address(each.recipient),
        )
        for position, each in enumerate(sent, 1)
    ]
    pages = tuple(tuple(lines[at : at + _LINES]) for at in range(0, len(lines), _LINES))
    html = templates.render(
        "paper/expedition.html",
        facts.ORIGINAL,
        title=catalogues.fill("paper.expedition", facts.ORIGINAL),
        office="org.agency" if event.signatory.kind is SignatoryKind.agency else "org.province",
        titles={language: facts.title(event, language).text for language in (facts.ORIGINAL, "en")},
        printed=facts.local(now, event).date(),
        pages=pages,
    )
    return _sheets(event, html, templates=templates, languages=(facts.ORIGINAL, "en"), sheets=len(pages))


def addressee(recipient: Recipient, catalogues: Catalogues) -> tuple[str, ...]:
    """Whom the letter is for, as it says so itself, in Indonesian; the ministry, where that passes the letter on."""
    mission = names.mission_name(recipient, facts.ORIGINAL)
    if recipient.channel is Channel.via_kemlu:
        ministry = catalogues.fill("note.ministry", facts.ORIGINAL)
        return f"Yth. {ministry}", catalogues.fill("paper.pass_on", facts.ORIGINAL, mission=mission)
    key, gender = names.phrase("addressee", recipient), names.gender(recipient)
    office = catalogues.fill(key, facts.ORIGINAL, gender=gender, mission_name=mission, name=mission)
    named = names.form(recipient) in ("ambassador", "cda")
    return tuple(filter(None, (office, facts.head_name(recipient), mission if named else "")))


def _city(recipient: Recipient, catalogues: Catalogues) -> tuple[str, ...]:
    return (catalogues.fill("letter.city", facts.ORIGINAL),)


def _sheets(
    event: Event, html: str, *, templates: Templates, languages: tuple[str, ...], sheets: int = 1, code: str = ""
) -> Letter:
    style = templates.read(f"paper/{_STYLE}")
    if style is None:
        raise TemplateError("template_missing", template=f"paper/{_STYLE}", line=0)
    return Letter(
        event=event.slug,
        code=code,
        revision=1,
        title="paper",
        languages=languages,
        sheets=sheets,
        html=html,
        assets={_STYLE: style},
    )
