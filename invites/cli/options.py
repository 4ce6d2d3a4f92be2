"""Arguments and options that several verbs share."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from invites.cli.texts import say
from invites.errors import ConfigurationError

_LONGEST = 100


def person(option: str, typed: str) -> str:
    """A name as typed for an option, trimmed. ConfigurationError when nothing of it can be read later."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not name or len(name) > _LONGEST or any(unicodedata.category(character)[0] == "C" for character in name):
        raise ConfigurationError("no_name", setting=option)
    return name


EventName = Annotated[str, typer.Argument(metavar="EVENT", help=say("option.event"), show_default=False)]
ListFile = Annotated[Path | None, typer.Option("--list", metavar="FILE", help=say("option.list"), show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
