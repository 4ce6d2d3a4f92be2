"""Arguments and options that several verbs share, and how what is typed for an option is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from invites.cli.texts import say
from invites.errors import ConfigurationError
from invites.model.message import RenderMode

_LONGEST = 100
Choice = TypeVar("Choice", bound=StrEnum)


def person(option: str, typed: str) -> str:
    """A name as typed for an option, trimmed. ConfigurationError when nothing of it can be read later."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not name or len(name) > _LONGEST or any(unicodedata.category(character)[0] == "C" for character in name):
        raise ConfigurationError("no_name", setting=option)
    return name


def one_of(option: str, kind: type[Choice], word: Callable[[Choice], str]) -> Callable[[str], Choice]:
    """A parser that takes a member of `kind` by its value, or by the `word` that screens print for it."""

    def parse(typed: str) -> Choice:
        for choice in kind:
            if _plain(typed) in (_plain(choice), _plain(word(choice))):
                return choice
        known = ", ".join(str(each) if each == word(each) else f"{each} ({word(each)})" for each in kind)
        raise ConfigurationError("no_choice", setting=option, typed=typed, choices=known)

    return parse


def whole(option: str, least: int, most: int | None = None) -> Callable[[str | int], int]:
    """A parser for a whole number between two limits."""

    def parse(typed: str | int) -> int:
        number = int(typed) if re.fullmatch("-?[0-9]{1,9}", str(typed).strip()) else None
        if number is None or number < least or (most is not None and number > most):
            key = "no_number" if most is None else "no_number_between"
            raise ConfigurationError(key, setting=option, least=least, most=most)
        return number

    return parse


def _plain(word: str) -> str:
    return re.sub("[-_ ]+", "_", word.strip().casefold())


EventName = Annotated[str, typer.Argument(metavar=say("metavar.event"), help=say("option.event"), show_default=False)]
ListFile = Annotated[
    Path | None, typer.Option("--list", metavar=say("metavar.file"), help=say("option.list"), show_default=False)
]
Mode = Annotated[
    RenderMode,
    typer.Option(
        "--renderer",
        metavar="|".join(RenderMode),
        parser=one_of("--renderer", RenderMode, str),
        help=say("option.renderer"),
        show_default=True,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
