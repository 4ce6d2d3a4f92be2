"""A person's password, asked on a terminal without showing it, or read from standard input."""

from __future__ import annotations

import getpass
import sys

from invites.cli.texts import say
from invites.errors import NotApproved
from invites.house import House
from invites.model.user import Role


def verify(house: House, name: str) -> None:
    """NotApproved unless the password that is typed now is this desk user's, and the user is staff. It stands in no
    argument, so in no list of processes and in no history of a shell."""
    typed = getpass.getpass(say("password.of", name=name)) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    user = house.store.users.check(name, typed)
    if user is None:
        raise NotApproved("password_wrong", by=name)
    if user.role is not Role.staff:
        raise NotApproved("not_staff", by=name)
