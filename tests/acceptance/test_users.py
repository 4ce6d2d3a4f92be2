"""Who may open the desk, as the person who looks after the machine adds them."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.office import COMMAND, Office

GOOD = "sasirangan hijau tua"


def log(office: Office) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(office.home / "var/invites.db")) as connection:
        return list(connection.execute("SELECT action, detail FROM audit WHERE event = '' ORDER BY id"))


def test_a_user_is_added_and_given_a_new_password_and_both_are_written_down(office: Office) -> None:
    added = office.run("user", "add", "  Sari   Contoh ", typed=f"{GOOD}\n", INVITES_LANG="id")
    assert added.returncode == 0, added.stderr
    assert added.stdout.startswith("Pengguna Sari Contoh (petugas protokol)")
    changed = office.run("user", "add", "Sari Contoh", "--role", "panitia", typed=f"{GOOD}!\n", INVITES_LANG="id")
    assert "Sari Contoh (panitia) punya kata sandi baru" in changed.stdout
    assert log(office) == [
        ("user_added", "Sari Contoh (staff)"),
        ("password_changed", "Sari Contoh (organiser)"),
    ]


@pytest.mark.parametrize("name", ["", "  ", "Sari\u202e"])
def test_a_user_needs_a_name_that_can_be_read(office: Office, name: str) -> None:
    assert office.run("user", "add", name, typed=f"{GOOD}\n").returncode == 2
    assert log(office) == []


def test_outside_a_workspace_no_password_is_asked_for(office: Office, tmp_path: Path) -> None:
    ended = Office(tmp_path, office.environment).run("user", "add", "Sari", typed="x\n")
    assert ended.returncode == 2
    assert "no workspace here" in ended.stderr


def test_a_slip_at_the_terminal_is_told_and_asked_again(office: Office) -> None:
    ours, theirs = pty.openpty()
    typed = ["short", GOOD, "another than that", GOOD, GOOD]
    with subprocess.Popen(
        [str(COMMAND), "user", "add", "Sari"],
        cwd=office.home,
        env=office.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr
        said = ""
        for password in typed:  # getpass forgets what was typed before it asked
            while not said.endswith(("characters): ", "Once more: ")):
                said += (read := running.stderr.read(1))
                assert read, said
            os.write(ours, f"{password}\n".encode())
            said += "\n"
        out, err = running.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert running.returncode == 0, err
    assert "at least 12 characters" in said.splitlines()[0]
    assert "too short" in said
    assert "differ" in said
    assert "may open the protocol desk" in out
