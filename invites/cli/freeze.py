"""`invites freeze EVENT --by NAME`: fix every letter as it will be signed and sent, and lay the files out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from invites import approval, config
from invites.bootstrap import is_live, open_house
from invites.cli.console import bar, line, result
from invites.cli.files import clear, write_secret
from invites.cli.options import EventName, ListFile, Mode, person
from invites.cli.password import verify
from invites.cli.replaced import standing, tell
from invites.cli.texts import say
from invites.cli.validate import read
from invites.model.event import Signing
from invites.model.message import RenderMode

By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("option.by_author"), show_default=False)]
To = Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help=say("option.freeze_to"), show_default=False)]


def run(event: EventName, by: By, to: To = None, list_file: ListFile = None, renderer: Mode = RenderMode.auto) -> None:
    """Freeze, and write each letter as `<CODE>.pdf` for whoever signs. Before real mail, the author's password is
    asked for: the author may not be the second to approve."""
    checked, _ = read(event, list_file, for_sending=True)
    approval.usable(checked)
    name = person("--by", by)
    settings = config.workspace()
    folder = to or settings.letters / event / "to-sign"
    settings.refuse_samples()
    with open_house(settings, renderer=renderer) as house:
        if is_live(settings):
            verify(house, name)
        before = standing(house, event)
        with bar(say("freeze.bar"), len(checked.recipients)) as step:
            batch = approval.freeze(house, checked, name, lambda _planned: step())
        tell(house, before, batch)
        if to is None:  # in a folder of theirs may lie what nobody could make again
            clear(folder)
        for letter in house.store.batches.frozen(batch.id):
            write_secret(folder / f"{letter.invitation.code}.pdf", house.blobs.get(letter.document))
    result(say("freeze.done", count=batch.size, batch=batch.id[:12], folder=folder))
    signs = batch.event.signatory.signing is not Signing.none
    line(say("freeze.next_sign" if signs else "freeze.next_approve", event=event))
