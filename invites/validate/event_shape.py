"""The TOML of an event file → its form, or every reason why it has none, in words for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from invites.model.recipient import Problem
from invites.validate.event_form import CHOICES, LIMITS, NOT_YET, EventForm
from invites.validate.rules import found
from invites.validate.table import Place
from invites.words.catalogue import LAST, Catalogues

_BOTH = ("id", "en")
_DATES = ("start", "end", "reply_by", "late_until", "date", "at")
_PROGRAMME = "programme.key"
#: the rule that each finding of pydantic's breaks; any other is E100.value
_RULES = {
    "missing": "E100.missing",
    "extra_forbidden": "E100.unknown",
    "bool_type": "E100.yes_no",
    "string_type": "E100.text",
    "string_too_long": "E100.text",
}


class Unusable(Exception):
    """The file is no event; these are all the reasons that can be told."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


def form_of(raw: Mapping[str, Any], name: str, catalogues: Catalogues | None) -> EventForm:
    """The form; Unusable when it has none. `name` is the file's; the catalogues know what a programme and a
    dress may be called, and without them any name passes."""
    problems = [*_untold(raw, name), *_unknown_choices(raw, name, _choices(catalogues))]
    told = {problem.cell for problem in problems}
    try:
        form = EventForm.model_validate(raw)
    except ValidationError as error:
        # an error in one branch of a union comes once for each branch
        faults = {_key(detail["loc"]): detail for detail in error.errors()}
        refused = [_refused(name, key, detail) for key, detail in faults.items() if key not in told]
        raise Unusable(*problems, *refused) from error
    if problems:
        raise Unusable(*problems)
    return form


def at(name: str, key: str) -> Place:
    """The place of an entry."""
    return Place(file=name, column=key, cell=key)


def _untold(raw: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """Texts that lack in one of the two languages that every event has."""
    for table in ("title", "venue"):
        for language in _BOTH:
            if isinstance(raw.get(table), dict) and not str(raw[table].get(language, "")).strip():
                key = f"{table}.{language}"
                yield found("E100.missing", at(name, key), entry=key)


def _choices(catalogues: Catalogues | None) -> dict[str, tuple[str, ...]]:
    if catalogues is None:
        return dict(CHOICES)
    keys = sorted(catalogues.keys(LAST))
    stems = {"dress": "dress.", _PROGRAMME: "agenda."}
    own = {name: tuple(key.removeprefix(stem) for key in keys if key.startswith(stem)) for name, stem in stems.items()}
    return {**CHOICES, **own}


def _unknown_choices(raw: Mapping[str, Any], name: str, choices: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    for path, allowed in choices.items():
        for key, value in _values(raw, path):
            if value in allowed or value == NOT_YET.get(path):
                continue
            listed = ", ".join(choice or '""' for choice in allowed)
            yield found("E100.choice", at(name, key), entry=key, text=_text(value), choices=listed)


def _values(raw: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Each value at `table.key`, or at `key` of every item of a list of tables, with its full key; each entry of a
    value that is a list."""
    table, _, key = path.rpartition(".")
    part = raw.get(table) if table else raw
    numbered = enumerate(part, 1) if isinstance(part, list) else ()
    items = [(f"{table}.{number}.{key}", item) for number, item in numbered] or [(path, part)]
    for full, item in items:
        if isinstance(item, dict) and key in item:
            value = item[key]
            if isinstance(value, list):
                yield from ((f"{full}.{number}", entry) for number, entry in enumerate(value, 1))
            else:
                yield full, value


def _refused(name: str, key: str, detail: Any) -> Problem:
    """pydantic's finding in our words."""
    place, text = at(name, key), _text(detail["input"])
    if detail["loc"][-1] == "[key]":
        return found("E100.unknown", place, entry=key)
    rule = _RULES.get(detail["type"], "E100.value")
    if rule in ("E100.missing", "E100.unknown"):
        return found(rule, place, entry=key)
    if key.rpartition(".")[2] in _DATES:
        return found("E100.date_time", place, entry=key, text=text)
    if key in LIMITS:
        least, most = LIMITS[key]
        return found("E100.number", place, entry=key, text=text, least=least, most=most)
    return found(rule, place, entry=key, text=text)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(location: Sequence[str | int]) -> str:
    """A dotted key that staff can find; items of a list count from 1."""
    parts = (str(part + 1) if isinstance(part, int) else part for part in location)
    return ".".join(part for part in parts if part != "[key]")
