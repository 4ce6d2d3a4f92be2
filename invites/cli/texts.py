"""What commands say, in the staff's language; help texts included."""

from __future__ import annotations

import gettext
import sys
from typing import Any

from invites import config
from invites.errors import ConfigurationError, InvitesError, ProblemsFound
from invites.words.catalogue import Catalogues
from invites.words.problems import problem_line


def _language() -> str:
    demonstrates = "demo" in sys.argv[1:2]
    try:
        return config.load(file=not demonstrates).lang
    except ConfigurationError:
        return "id"  # the wrong value itself is reported when a command runs


_language_now = _language()
_catalogues = Catalogues([config.shipped("templates")])


def language() -> str:
    """The language that this process speaks to staff."""
    return _language_now


def speak(chosen: str) -> None:
    """Change the language for the rest of this process (`demo --lang`)."""
    global _language_now  # noqa: PLW0603 - one process, one person in front of it
    _language_now = chosen


def say(key: str, *, count: int | None = None, **values: Any) -> str:
    """A sentence of the staff catalogues."""
    return _catalogues.fill(key, _language_now, count=count, **values)


def sentence(error: InvitesError | ConfigurationError) -> list[str]:
    """What to print for an error: the sentence, its problems, and what to type next."""
    lines = [say(f"error.{error.key}", **error.fields)]
    if isinstance(error, ProblemsFound):
        lines += [f"  {problem_line(problem, _catalogues, _language_now)}" for problem in error.problems]
    hint = f"error.{error.key}.hint"
    if hint in _catalogues.keys(_language_now):
        lines.append(say(hint, **error.fields))
    return lines


def _translate(message: str) -> str:
    key = f"typer.{message}"
    return say(key) if key in _catalogues.keys(_language_now) else message


# Typer takes its own words from gettext's default domain when it is imported; ours are .po files, never compiled
gettext.gettext = _translate
