"""The verbs, in the order of one letter's way."""

from __future__ import annotations

import typer

from invites import __version__
from invites.cli import (
    approve,
    demo,
    doctor,
    fonts,
    freeze,
    handed,
    init,
    numbers,
    preview,
    proof,
    reply,
    send,
    serve,
    sign,
    status,
    translations,
    user,
    validate,
)
from invites.cli import print as print_letters
from invites.cli.commands import Command, Group
from invites.cli.console import result
from invites.cli.texts import say

app = typer.Typer(
    help=say("help"),
    invoke_without_command=True,
    add_completion=False,
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.command("init", cls=Command, help=say("help.init"))(init.run)
app.command("validate", cls=Command, help=say("help.validate"))(validate.run)
app.command("preview", cls=Command, help=say("help.preview"))(preview.run)
app.command("proof", cls=Command, help=say("help.proof"))(proof.run)
app.command("approve", cls=Command, help=say("help.approve"))(approve.run)
app.command("freeze", cls=Command, help=say("help.freeze"))(freeze.run)
app.command("sign", cls=Command, help=say("help.sign"))(sign.run)
app.command("numbers", cls=Command, help=say("help.numbers"))(numbers.run)
app.command("print", cls=Command, help=say("help.print"))(print_letters.run)
app.command("handed", cls=Command, help=say("help.handed"))(handed.run)
app.command("send", cls=Command, help=say("help.send"))(send.run)
app.command("status", cls=Command, help=say("help.status"))(status.run)
app.command("reply", cls=Command, help=say("help.reply"))(reply.run)
app.command("serve", cls=Command, help=say("help.serve"))(serve.run)
app.add_typer(fonts.app, name="fonts", help=say("help.fonts"))
app.add_typer(translations.app, name="translations", help=say("help.translations"))
app.add_typer(user.app, name="user", help=say("help.user"))
app.command("doctor", cls=Command, help=say("help.doctor"))(doctor.run)
app.command("demo", cls=Command, help=say("help.demo"))(demo.run)


def _show_version(wanted: bool) -> None:
    if wanted:
        result(f"invites {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help=say("option.version")),
) -> None:
    """Options of `invites` itself; without a verb, the help."""
    if context.invoked_subcommand is None:
        result(context.get_help())
