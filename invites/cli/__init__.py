"""The command line: one file a verb; parse, call, print, exit code."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run `invites …` and leave with the exit code that docs/operations.md lists."""
    from invites.cli import texts  # noqa: PLC0415 - before Typer, which takes its words at import
    from invites.cli.app import app  # noqa: PLC0415
    from invites.cli.console import line  # noqa: PLC0415
    from invites.errors import ConfigurationError, InvitesError  # noqa: PLC0415

    try:
        app(prog_name="invites")
    except (InvitesError, ConfigurationError) as error:
        for said in texts.sentence(error):
            line(said)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        line(texts.say("cli.interrupted"))
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
