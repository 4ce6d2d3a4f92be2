"""A person's password, asked on a terminal without showing it, or read from standard input."""

from __future__ import annotations

import getpass
import sys

from invites.cli.texts import say
from invites.errors import NotApproved
from invites.house import House


def verify(house: House, name: str) -> None:
    """NotApproved unless the password that is typed now is this desk user's. It stands in no argument, so in no
    list of processes and in no history of a shell."""
    typed = getpass.getpass(say("password.of", name=name)) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if house.store.users.check(name, typed) is None:
        raise NotApproved("password_wrong", by=name)
