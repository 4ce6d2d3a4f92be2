"""`invites user add NAME`: who may open the desk."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from invites import config
from invites.bootstrap import open_house
from invites.cli.commands import Command, Group
from invites.cli.console import line, result
from invites.cli.options import one_of, person
from invites.cli.texts import say
from invites.errors import ConfigurationError
from invites.model.user import Role

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

_SHORTEST = 12
_role = one_of("--role", Role, lambda role: say(f"role.{role}"))


@app.command("add", cls=Command, help=say("help.user_add"))
def add(
    name: Annotated[str, typer.Argument(metavar=say("metavar.name"), help=say("option.user_name"))],
    role: Annotated[
        Role, typer.Option("--role", metavar="|".join(Role), help=say("option.role"), parser=_role)
    ] = Role.staff,
) -> None:
    """Add a user, or give one a new password. On a terminal the password is asked twice, else it is read
    from standard input."""
    settings = config.workspace()
    who = person(say("metavar.name"), name)
    password = _ask() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < _SHORTEST:
        raise ConfigurationError("password_short", setting="password", least=_SHORTEST)
    with open_house(settings) as house:
        new = house.store.users.add(who, role, password, by=getpass.getuser(), at=house.clock.now())
    result(say("user.added" if new else "user.changed", name=who, role=say(f"role.{role}")))


def _ask() -> str:
    """The password, typed twice alike; a slip is asked again."""
    try:
        while True:
            password = getpass.getpass(say("user.password", least=_SHORTEST))
            if len(password) < _SHORTEST:
                line(say("error.password_short", least=_SHORTEST))
            elif getpass.getpass(say("user.again")) != password:
                line(say("error.password_differs"))
            else:
                return password
    except EOFError:
        raise typer.Abort from None
