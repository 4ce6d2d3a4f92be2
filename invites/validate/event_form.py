"""An event file as staff write it: the shape of its TOML."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from invites.model.event import Bundle, CalendarMode, KemluCopy, LinkOn, SignatoryKind, Signing
from invites.model.message import Form

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])")


def _instant(value: Any) -> Any:
    """A date with a time; an empty text is "not fixed yet". A number is no date, whatever pydantic thinks."""
    if value == "":
        return None
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if not isinstance(value, dt.datetime):
        raise ValueError(value)
    return value


def _day(value: Any) -> Any:
    if value == "":
        return None
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ValueError(value)
    return value


def _clock(value: Any) -> Any:
    """09:00:00 as TOML has it, or "09.00" as people write it."""
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value)):
        return dt.time(int(match[1]), int(match[2]))
    if not isinstance(value, dt.time):
        raise ValueError(value)
    return value


#: what staff may choose, by key; items of a list have no number here
CHOICES: Mapping[str, tuple[str, ...]] = {
    "letter.nature": ("normal", "important", "urgent"),
    "letter.attachment": ("programme", ""),
    "signatory.kind": tuple(SignatoryKind),
    "signatory.signing": tuple(Signing),
    "calendar": (CalendarMode.after_reply, CalendarMode.in_letter, CalendarMode.none),
    "link_on": tuple(LinkOn),
    "forms": (Form.letter, Form.programme, Form.products, Form.card),
    "bundle": tuple(Bundle),
    "kemlu.as": tuple(KemluCopy),
}
#: what the file may say and this version can't carry out
NOT_YET: Mapping[str, str] = {
    "calendar": CalendarMode.separate,
}
#: the least and the most of each number
LIMITS: Mapping[str, tuple[int, int]] = {
    "arrival_minutes": (0, 240),
    "max_delegates": (0, 50),
    "expected_recipients": (1, 100_000),
    "letter.first": (1, 9_999_999),
    "letter.last": (1, 9_999_999),
}


def _within(key: str) -> Any:
    least, most = LIMITS[key]
    return Field(strict=True, ge=least, le=most)


Instant = Annotated[dt.datetime | None, BeforeValidator(_instant)]
Text = Annotated[str, Field(strict=True, max_length=500)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,15}$")]
Texts = dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")], Text]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProgrammeForm(_Part):
    """[[programme]]"""

    at: Annotated[dt.time, BeforeValidator(_clock)]
    key: Key


class ContactForm(_Part):
    """[contact]"""

    name: Text
    phone: Text
    email: Text


class LetterForm(_Part):
    """[letter]"""

    number: Text = ""
    first: Annotated[int | None, _within("letter.first")] = None
    last: Annotated[int | None, _within("letter.last")] = None
    numbers: dict[Code, Text] = {}
    date: Annotated[dt.date | None, BeforeValidator(_day)] = None
    place: Text = "Banjarbaru"
    nature: Literal["normal", "important", "urgent"] = "important"
    attachment: Literal["", "programme"] = ""


class SignatoryForm(_Part):
    """[signatory]"""

    kind: SignatoryKind = SignatoryKind.governor
    name: Text = ""
    signing: Signing = Signing.upload
    issuer: Text = ""


class KemluForm(_Part):
    """[kemlu]; `as` is a word of Python's."""

    email: Text
    as_: KemluCopy = Field(KemluCopy.tembusan, alias="as")


class EventForm(_Part):
    """The whole file."""

    title: Texts
    city: Text
    venue: Texts
    zone: Text
    start: Instant = None
    end: Instant = None
    reply_by: Instant = None
    late_until: Instant = None
    programme: tuple[ProgrammeForm, ...] = ()
    dress: Key = "batik"
    arrival_minutes: Annotated[int, _within("arrival_minutes")] = 15
    contact: ContactForm
    letter: LetterForm = LetterForm()
    signatory: SignatoryForm = SignatoryForm()
    copies: tuple[Text, ...] = ()
    kemlu: KemluForm | None = None
    max_delegates: Annotated[int, _within("max_delegates")] = 4
    expected_recipients: Annotated[int, _within("expected_recipients")] = 16
    calendar: CalendarMode = CalendarMode.after_reply
    link_on: LinkOn = LinkOn.letter
    forms: Annotated[tuple[Form, ...], Field(max_length=10)] = (Form.letter,)
    bundle: Bundle = Bundle.one
    sample_note: Annotated[bool, Field(strict=True)] = False
