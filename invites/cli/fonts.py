"""`invites fonts build`: CJK faces cut to the characters of a country's own standard."""

from __future__ import annotations

import typer

from invites import config
from invites.cli.commands import Command, Group
from invites.cli.console import bar, result
from invites.cli.texts import say
from invites.errors import StoreError

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)


@app.command("build", cls=Command, help=say("help.fonts_build"))
def build() -> None:
    """Cut what is not cut yet, or no longer fits the installed fonts, into the workspace."""
    from invites.render import cut, fonts  # noqa: PLC0415 - `--help` must not wait for fontTools

    folder = config.workspace().fonts
    fonts.require(cut.LANGUAGES)
    try:
        with bar(say("fonts.cutting"), len(cut.cuttable())) as step:
            for face in cut.build(folder):
                step()
                result(say("fonts.cut", name=face.file.path.name, size=face.file.path.stat().st_size // 1024))
    except OSError as error:
        raise StoreError("disk", path=folder, reason=error.strerror or str(error)) from error
    result(say("fonts.built", folder=folder))
