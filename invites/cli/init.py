"""`invites init DIR`: a new workspace."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from invites.bootstrap import create_workspace
from invites.cli.console import result
from invites.cli.texts import say


def run(
    folder: Annotated[Path, typer.Argument(metavar=say("metavar.folder"), help=say("option.dir"), show_default=False)],
    base_url: Annotated[
        str, typer.Option("--base-url", metavar=say("metavar.url"), help=say("option.base_url"))
    ] = "http://127.0.0.1:8080",
    mail_from: Annotated[
        str, typer.Option("--mail-from", metavar=say("metavar.mailbox"), help=say("option.mail_from"))
    ] = "Protokol Kalimantan Selatan <undangan@kalsel.example>",
    smtp_url: Annotated[
        str, typer.Option("--smtp-url", metavar=say("metavar.url"), help=say("option.smtp_url"))
    ] = "maildir:var/mail",
) -> None:
    """Lay out a workspace and say what to do next."""
    folder = folder.resolve()
    create_workspace(folder, base_url=base_url, mail_from=mail_from, smtp_url=smtp_url)
    result(say("init.done", folder=folder))
    result(say("init.next", folder=shlex.quote(str(folder))))
