"""What commands say, in the staff's language; help texts included."""

from __future__ import annotations

import gettext
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from invites import config
from invites.errors import ConfigurationError, InvitesError, ProblemsFound
from invites.model.recipient import Problem, Severity
from invites.words.catalogue import Catalogues
from invites.words.problems import problem_line


def _language() -> str:
    try:
        return _settings().lang
    except ConfigurationError:
        return "id"  # check() reports the wrong value when a command runs


def _settings() -> config.Settings:
    # the demonstration promises not to read the real .env, not even for the language
    return config.load(file="demo" not in sys.argv[1:2])


_LISTED = re.compile(r"\binvites (validate|preview|freeze|sign|approve|send) [\w-]+")

_named = ""
_language_now = _language()
_catalogues = Catalogues([config.shipped("templates")])


def language() -> str:
    """The language that this process speaks to staff."""
    return _language_now


def check() -> None:
    """ConfigurationError when INVITES_LANG is set to a language that staff texts don't have."""
    _ = _settings().lang


def speak(chosen: str) -> None:
    """Change the language for the rest of this process (`demo --lang`)."""
    global _language_now  # noqa: PLW0603 - one process, one person in front of it
    _language_now = chosen


def say(key: str, /, *, count: int | None = None, **values: Any) -> str:
    """A sentence of the staff catalogues; a command in it goes on with the list that this one was given."""
    return with_list(_catalogues.fill(key, _language_now, count=count, **values))


def with_list(text: str) -> str:
    """Commands in a text with the list that this one was given."""
    return _LISTED.sub(lambda command: command[0] + _named, text) if _named else text


def go_on_with(list_file: Path | None) -> None:
    """From now on texts tell to type --list with this file, as it was typed; None for the workspace's own list."""
    global _named  # noqa: PLW0603 - one process, one person in front of it
    _named = f" --list {shlex.quote(str(list_file))}" if list_file else ""


def sentence(error: InvitesError | ConfigurationError) -> list[str]:
    """What to print for an error: the sentence, the problems that block, and what to type next."""
    lines = [say(f"error.{error.key}", **_told(error.fields))]
    if isinstance(error, ProblemsFound):
        lines += [f"  {found}" for found in findings([found for found in error.problems if found.blocks])]
    hint = f"error.{error.key}.hint"
    if hint in _catalogues.keys(_language_now):
        lines.append(say(hint, **_told(error.fields)))
    return lines


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as people call them: names of what changed are ours, not theirs."""
    names = [name for name in str(fields.get("changed", "")).split(", ") if name]
    return {**fields, "changed": ", ".join(say(f"changed.{name}") for name in names)} if names else fields


def problem(found: Problem) -> str:
    """One finding on one line: how grave, which rule, where, what to do."""
    grave = say(f"severity.{found.severity}")
    return f"{grave} {found.code}  {problem_line(found, _catalogues, _language_now)}"


def findings(found: Iterable[Problem]) -> list[str]:
    """Findings line by line, worst first; what one rule finds in a column again and again is told once, with every
    cell."""
    alike: dict[tuple[object, ...], list[Problem]] = {}
    for one in sorted(found, key=lambda one: list(Severity).index(one.severity)):
        place = (one.file, one.sheet, one.column) if one.cell else (one.file, one.sheet, one.row)
        alike.setdefault((one.severity, one.code, one.variant, *place), []).append(one)
    return [_together(group) for group in alike.values()]


def _together(alike: Sequence[Problem]) -> str:
    first, *others = alike
    if not others:
        return problem(first)
    where = [_also(first, other) for other in others]
    return f"{problem(first)} {say('validate.also', cells=', '.join(where))}"


def _also(first: Problem, other: Problem) -> str:
    """The cell, and what its sentence would have said otherwise."""
    said = [value for name, value in other.fields if (name, value) not in first.fields and value != other.cell]
    return f"{other.cell or other.row} ({', '.join(said)})" if said else str(other.cell or other.row)


def _translate(message: str) -> str:
    key = f"typer.{message}"
    return _catalogues.get(key, _language_now).text if key in _catalogues.keys(_language_now) else message


# Typer takes its own words from gettext's default domain when it is imported; ours are .po files, never compiled
gettext.gettext = _translate
