"""Arguments and options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from invites.cli.texts import say

EventName = Annotated[str, typer.Argument(metavar="EVENT", help=say("option.event"), show_default=False)]
ListFile = Annotated[Path | None, typer.Option("--list", metavar="FILE", help=say("option.list"), show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
