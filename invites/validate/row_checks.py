"""What one row says, held against itself: code, language, head of mission, date of the last look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain

from invites.model.event import Event, KemluCopy
from invites.model.message import Form
from invites.model.recipient import Channel, DeliveryMode, Gender, HeadClass, Kind, Problem, Recipient
from invites.validate.columns import SPELLINGS
from invites.validate.countries import MISSIONS
from invites.validate.rows import Entry
from invites.validate.rules import found
from invites.validate.scripts import latin
from invites.words import names
from invites.words.catalogue import Catalogues, direction, parents, script

_MISSION_KINDS = (Kind.embassy, Kind.delegation)
# names of devices on Windows: no letter can be saved as CON.pdf there
_DEVICES = re.compile(r"CON|PRN|AUX|NUL|(COM|LPT)[0-9]")
_STALE_DAYS = 90
_OLDEST_CREDENTIALS = 2010
_EXCELLENCY = re.compile(
    r"\b[hs]\. ?e\.|excellen|exzellenz|ekselans|yang (mulia|terutama)"
    r"|превосходительств|سعادة|阁下|閣下|각하|ฯพณฯ|महामहिम",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"([hs]\. ?e\.|(mr|mrs|ms|miss|mme|amb|bpk|m)\.|(mr|mrs|ms|miss|madame?|monsieur|herr|frau|bapak|ibu|sayın|dubes)\s"
    r"|(his|her|your|son|seine|ihre) (excellenc|exzellenz)|yang (mulia|terutama)|duta besar|ambassador)",
    re.IGNORECASE,
)


def check_row(entry: Entry, *, catalogues: Catalogues, today: date, event: Event | None = None) -> Iterator[Problem]:
    """Every problem of one row that needs no other row; with an event, also what its notes need."""
    named = [*_language(entry, catalogues)]
    lacking = {problem.column for problem in named if problem.code == "R023"}
    noted = (problem for problem in _note(entry, event) if problem.column not in lacking)
    return chain(_code(entry), named, noted, _head(entry, today), _freshness(entry, today), _way(entry))


def _code(entry: Entry) -> Iterator[Problem]:
    code, kind = entry.recipient.code, entry.recipient.kind
    if not code:
        return
    if _DEVICES.fullmatch(code):
        yield found("R008.reserved", entry.place("code"), text=code)
    elif kind is Kind.embassy and code not in MISSIONS:
        yield found("R008.country", entry.place("code"), text=code)
    if states := entry.recipient.concurrent_for:
        yield found("R041", entry.place("concurrent_for"), states=", ".join(states))


def _language(entry: Entry, catalogues: Catalogues) -> Iterator[Problem]:
    recipient = entry.recipient
    malformed = [column for column in ("locale", "fallback_locale") if not _is_tag(getattr(recipient, column))]
    for column in malformed:
        if getattr(recipient, column):
            yield found("R020.form", entry.place(column), text=getattr(recipient, column))
    if malformed:
        return
    yield from _writing(entry)
    own, fallback = (_written(catalogues, tag) for tag in (recipient.locale, recipient.fallback_locale))
    if not own:
        rule = "R022" if fallback else "R020.unknown"
        yield found(rule, entry.place("locale"), text=recipient.locale, fallback=fallback)
    language = own or fallback
    if language and not catalogues.usable(language):
        yield found("R021", entry.place("locale"), text=recipient.locale, tag=language)
    if language:
        yield from _forms(entry, names.language_for(recipient, catalogues))


def _is_tag(text: str) -> bool:
    try:
        return bool(parents(text))
    except LookupError:
        return False


def _written(catalogues: Catalogues, locale: str) -> str:
    """The catalogue that serves a locale by itself, without any fallback; "" when none does."""
    try:
        return catalogues.written(locale, locale)
    except LookupError:
        return ""


def _writing(entry: Entry) -> Iterator[Problem]:
    locale = entry.recipient.locale
    for column, rule, expected in (
        ("script", "R044.script", script(locale)),
        ("dir", "R044.direction", direction(locale)),
    ):
        text = entry.texts.get(column, "").strip()
        if text and text.casefold() != expected.casefold():
            yield found(rule, entry.place(column), text=text, locale=locale, expected=expected)


def _forms(entry: Entry, language: str) -> Iterator[Problem]:
    """The names that the letter needs in the embassy's language."""
    base = language.partition("-")[0]
    suffix = base if base in ("id", "en") else "local"
    # only a note verbale says the name after "to", and such a note goes to or about a mission
    after_to = (("mission_to", names.mission_to),) if entry.recipient.kind in _MISSION_KINDS else ()
    yield from _lacking(entry, language, suffix, (("mission_name", names.mission_name), *after_to))


def _note(entry: Entry, event: Event | None) -> Iterator[Problem]:
    """The names that a note verbale to the ministry needs, which is in Indonesian and English whatever the letter's
    language; of a post that is no mission, the names that every row has."""
    recipient = entry.recipient
    copied = event is not None and event.kemlu is not None and event.kemlu.as_ is KemluCopy.message
    handed_on = recipient.channel is Channel.via_kemlu
    copied = copied and recipient.channel is Channel.direct_cc_kemlu and recipient.kemlu_cc
    beside = event is not None and Form.note in event.forms
    if recipient.kind in _MISSION_KINDS and (copied or handed_on or beside):
        for language in ("id", "en"):
            yield from _lacking(entry, language, language, (("mission_to", names.mission_to),))


def _lacking(
    entry: Entry, language: str, suffix: str, forms: Iterable[tuple[str, Callable[[Recipient, str], str]]]
) -> Iterator[Problem]:
    for stem, form in forms:
        column = f"{stem}_{suffix}"
        column = SPELLINGS.get(column, column)
        if column in entry.faulty:
            continue
        try:
            form(entry.recipient, language)
        except LookupError:
            yield found("R023", entry.place(column), column=column, tag=language)


def _head(entry: Entry, today: date) -> Iterator[Problem]:
    recipient = entry.recipient
    if recipient.head_class is not HeadClass.ambassador and _EXCELLENCY.search(recipient.honorific):
        yield found("R033.honorific", entry.place("honorific"), text=recipient.honorific, head=recipient.head_class)
    if _TITLE.match(recipient.head_name):
        yield found("R033.title", entry.place("head_name"), text=recipient.head_name)
    if not latin(recipient.head_name):
        yield found("R033.script", entry.place("head_name"), text=recipient.head_name)
    if recipient.precedence_override is not None and not recipient.precedence_reason:
        yield found("R034", entry.place("precedence_reason"))
    if recipient.kind not in _MISSION_KINDS or "head_class" in entry.faulty:
        return
    if recipient.head_class is HeadClass.vacant:
        yield found("R031", entry.place("head_class"))
        if recipient.head_name:
            yield found("R033.vacant", entry.place("head_name"), text=recipient.head_name)
    elif recipient.head_gender is Gender.unknown and "head_gender" not in entry.faulty:
        yield found("R030", entry.place("head_gender"), mission=recipient.code)
    presented = recipient.head_class is HeadClass.ambassador and "credentials_at" not in entry.faulty
    if presented and (rule := _credentials(recipient.credentials_at, today)):
        yield found(rule, entry.place("credentials_at"), text=entry.texts.get("credentials_at", ""))


def _credentials(instant: datetime | None, today: date) -> str:
    if instant is None:
        return "R032.missing"
    if instant.date() > today:
        return "R032.future"
    if instant.year < _OLDEST_CREDENTIALS:
        return "R032.old"
    return "R032.no_time" if instant.time() == time.min else ""


def _freshness(entry: Entry, today: date) -> Iterator[Problem]:
    verified = entry.recipient.verified_on
    if "verified_on" in entry.faulty:
        return
    if verified is None:
        yield found("R040.never", entry.place("verified_on"))
    elif verified > today:
        yield found("R040.future", entry.place("verified_on"), text=verified)
    elif (today - verified).days > _STALE_DAYS:
        yield found("R040.old", entry.place("verified_on"), text=verified, days=(today - verified).days)


def _way(entry: Entry) -> Iterator[Problem]:
    """Whether the list says all that the letter's way needs."""
    recipient = entry.recipient
    if recipient.channel is Channel.direct_cc_kemlu and not recipient.kemlu_cc:
        yield found("R042.switched_off", entry.place("kemlu_cc"))
    by_paper = recipient.delivery is not DeliveryMode.email and recipient.channel is not Channel.via_kemlu
    if by_paper and not recipient.address_lines and "address_lines" not in entry.faulty:
        yield found("R045", entry.place("address_lines"))
