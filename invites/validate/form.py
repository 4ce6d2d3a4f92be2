"""One row of a list as staff type it: what the text of each cell becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from invites.model.recipient import Channel, DeliveryMode, Gender, HeadClass, Kind
from invites.validate.columns import CHOICES
from invites.validate.countries import MISSIONS

#: a date of credentials without a zone was written in Jakarta
_JAKARTA = ZoneInfo("Asia/Jakarta")
_YEARS = range(1900, 3000)
_YES_NO = {"ya": True, "benar": True, "tidak": False, "salah": False}

#: pydantic's sentences are not for protocol staff: which rule of ours a refused cell breaks, by column
RULE_OF: Mapping[str, str] = {
    "code": "R008.form",
    "concurrent_for": "R019.state_code",
    "credentials_at": "R019.date",
    "verified_on": "R019.date",
    "precedence_override": "R019.number",
    "kemlu_cc": "R019.yes_no",
    "shared_mailbox": "R019.yes_no",
    **dict.fromkeys(CHOICES, "R019.choice"),
}


def _word(text: str) -> str:
    return text.strip().casefold()


def _yes_or_no(text: str) -> bool | str:
    return _YES_NO.get(_word(text), _word(text))


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.strip())
    if instant.year not in _YEARS:
        raise ValueError(instant.year)
    return instant if instant.tzinfo else instant.replace(tzinfo=_JAKARTA)


def _day(text: str) -> date:
    return _instant(text).date()


def _state_codes(text: str) -> tuple[str, ...]:
    codes = tuple(re.split(r"[;,\s]+", text.strip(" ;,")))
    if not MISSIONS.issuperset(codes):
        raise ValueError(codes)
    return codes


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in re.split(r"[\n|]", text) if line.strip())


_Tag = Annotated[str, StringConstraints(strip_whitespace=True)]
_YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
_Word = BeforeValidator(_word)


class RowForm(BaseModel):
    """Every column of a list but the addresses. Names are taken as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,15}$")] = ""
    kind: Annotated[Kind, _Word] = Kind.embassy
    concurrent_for: Annotated[tuple[str, ...], BeforeValidator(_state_codes)] = ()
    state_name_id: str = ""
    state_name_en: str = ""
    name_id: str = ""
    name_en: str = ""
    mission_to_id: str = ""
    mission_to_en: str = ""
    mission_name_local: str = ""
    mission_to_local: str = ""
    locale: _Tag = ""
    fallback_locale: _Tag = "en"
    script: str = ""
    dir: str = ""
    head_class: Annotated[HeadClass, _Word] = HeadClass.ambassador
    head_gender: Annotated[Gender, _Word] = Gender.unknown
    head_name: str = ""
    honorific: str = ""
    credentials_at: Annotated[datetime | None, BeforeValidator(_instant)] = None
    precedence_override: Annotated[int | None, Field(ge=1, le=999)] = None
    precedence_reason: str = ""
    phone: str = ""
    address_lines: Annotated[tuple[str, ...], BeforeValidator(_lines)] = ()
    delivery: Annotated[DeliveryMode, _Word] = DeliveryMode.email
    channel: Annotated[Channel, _Word] = Channel.direct_cc_kemlu
    kemlu_cc: _YesNo = True
    shared_mailbox: _YesNo = False
    notes: str = ""
    source: str = ""
    verified_on: Annotated[date | None, BeforeValidator(_day)] = None
