"""`invites preview EVENT`: the very letters that would go out, as PDF files to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from invites import approval, config
from invites.bootstrap import open_house
from invites.cli.console import bar, line, result
from invites.cli.files import clear, write_secret
from invites.cli.options import EventName, ListFile
from invites.cli.texts import problem, say
from invites.cli.validate import read
from invites.errors import ConfigurationError
from invites.house import House
from invites.model.checked import Checked

Only = Annotated[list[str] | None, typer.Option("--only", metavar="CODE", help=say("option.only"), show_default=False)]


def run(event: EventName, list_file: ListFile = None, only: Only = None) -> None:
    """Render and say where the files are; warnings are printed, errors end it."""
    checked, _ = read(event, list_file)
    for found in checked.problems:
        line(problem(found))
    settings = config.workspace()
    with open_house(settings) as house:
        folder = settings.letters / event
        count = render(house, checked, folder, only=only)
    result(say("preview.done", count=count, folder=folder))


def render(house: House, checked: Checked, folder: Path, *, only: list[str] | None = None) -> int:
    """Write `<CODE>.pdf` for every recipient (or those in `only`); returns how many."""
    event = approval.usable(checked)
    invitations = approval.plan(house, event, checked.recipients)
    codes = {code.upper() for code in only or ()}
    if unknown := codes - {invitation.code for invitation in invitations}:
        raise ConfigurationError("unknown_code", setting="--only", codes=", ".join(sorted(unknown)))
    wanted = [invitation for invitation in invitations if not codes or invitation.code in codes]
    if not codes:
        clear(folder)
    with bar(say("preview.bar"), len(wanted)) as step:
        for invitation in wanted:
            write_secret(folder / f"{invitation.code}.pdf", house.letter(event, invitation).pdf)
            step()
    return len(wanted)
