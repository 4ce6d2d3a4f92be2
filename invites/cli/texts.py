"""What commands say, in the staff's language; help texts included."""

from __future__ import annotations

import gettext
import sys
from typing import Any

from invites import config
from invites.errors import ConfigurationError, InvitesError, ProblemsFound
from invites.model.recipient import Problem
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
    """A sentence of the staff catalogues."""
    return _catalogues.fill(key, _language_now, count=count, **values)


def sentence(error: InvitesError | ConfigurationError) -> list[str]:
    """What to print for an error: the sentence, the problems that block, and what to type next."""
    lines = [say(f"error.{error.key}", **_told(error.fields))]
    if isinstance(error, ProblemsFound):
        lines += [f"  {problem(found)}" for found in error.problems if found.blocks]
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


def _translate(message: str) -> str:
    key = f"typer.{message}"
    return _catalogues.get(key, _language_now).text if key in _catalogues.keys(_language_now) else message


# Typer takes its own words from gettext's default domain when it is imported; ours are .po files, never compiled
gettext.gettext = _translate
