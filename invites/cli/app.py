"""The verbs, in the order of one letter's way."""

from __future__ import annotations

import typer

from invites import __version__
from invites.cli import approve, demo, doctor, init, preview, reply, send, serve, status, user, validate
from invites.cli.console import result
from invites.cli.texts import say

app = typer.Typer(
    help=say("help"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.command("init", help=say("help.init"))(init.run)
app.command("validate", help=say("help.validate"))(validate.run)
app.command("preview", help=say("help.preview"))(preview.run)
app.command("approve", help=say("help.approve"))(approve.run)
app.command("send", help=say("help.send"))(send.run)
app.command("status", help=say("help.status"))(status.run)
app.command("reply", help=say("help.reply"))(reply.run)
app.command("serve", help=say("help.serve"))(serve.run)
app.add_typer(user.app, name="user", help=say("help.user"))
app.command("doctor", help=say("help.doctor"))(doctor.run)
app.command("demo", help=say("help.demo"))(demo.run)


def _show_version(wanted: bool) -> None:
    if wanted:
        result(f"invites {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help=say("option.version")),
) -> None:
    """Options of `invites` itself."""
