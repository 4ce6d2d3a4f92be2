"""The command line: one file a verb; parse, call, print, exit code."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run `invites …` and leave with the exit code that docs/operations.md lists."""
    from invites.cli import texts  # noqa: PLC0415 - before Typer, which takes its words at import
    from invites.errors import ConfigurationError, InvitesError  # noqa: PLC0415

    try:
        sys.exit(_run())
    except (InvitesError, ConfigurationError) as error:
        for said in texts.sentence(error):
            _print(said)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _print(texts.say("cli.interrupted"))
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _print(texts.say("error.disk", path=error.filename or "", reason=error.strerror or error))
        sys.exit(74)


def _run() -> int:
    from typer.exceptions import Abort, TyperException  # noqa: PLC0415 - slow, and main() has set its words

    from invites.cli.app import app  # noqa: PLC0415
    from invites.cli.commands import usage_sentence  # noqa: PLC0415
    from invites.cli.texts import check, say  # noqa: PLC0415

    check()
    try:
        return int(app(prog_name="invites", standalone_mode=False) or 0)
    except TyperException as error:
        _print(usage_sentence(error))
        context = getattr(error, "ctx", None)
        _print(say("usage.hint", path=context.command_path if context else "invites"))
        return 2
    except Abort:
        _print(say("cli.interrupted"))
        return 130


def _print(text: str) -> None:
    from invites.cli.console import line  # noqa: PLC0415 - rich is slow to load

    line(text)
