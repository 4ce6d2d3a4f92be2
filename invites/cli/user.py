"""`invites user add NAME`: who may open the desk."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from invites import config
from invites.bootstrap import open_house
from invites.cli.commands import Command, Group
from invites.cli.console import result
from invites.cli.texts import say
from invites.errors import ConfigurationError
from invites.model.user import Role

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

_SHORTEST = 12


@app.command("add", cls=Command, help=say("help.user_add"))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=say("option.user_name"), show_default=False)],
    role: Annotated[Role, typer.Option("--role", help=say("option.role"))] = Role.staff,
) -> None:
    """Add a user, or give one a new password. On a terminal the password is asked twice, else it is read
    from standard input."""
    password = _ask() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < _SHORTEST:
        raise ConfigurationError("password_short", setting="password", least=_SHORTEST)
    with open_house(config.workspace()) as house:
        house.store.users.add(name, role, password)
    result(say("user.added", name=name, role=role))


def _ask() -> str:
    password = getpass.getpass(say("user.password"))
    if getpass.getpass(say("user.again")) != password:
        raise ConfigurationError("password_differs", setting="password")
    return password
