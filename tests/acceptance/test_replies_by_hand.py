"""Sari records what came by telephone, mail or note; what the embassy said before is replaced only knowingly."""

from __future__ import annotations

import os
import pty
import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.office import COMMAND, Office

BY_PHONE = ("reply", "jakarta", "JP", "accept", "--via", "phone", "--by", "Sari", "--delegates", "2")
REGRET = ("reply", "jakarta", "JP", "decline", "--via", "email", "--by", "Sari")


def at_a_terminal(office: Office, *words: str, typed: str) -> subprocess.CompletedProcess[str]:
    """`invites WORDS` by somebody who sits there and types."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [str(COMMAND), *words],
        cwd=office.home,
        env=office.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        os.write(ours, typed.encode())
        out, err = running.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)
    return subprocess.CompletedProcess(running.args, running.returncode, out, err)


def state(office: Office) -> str:
    row = next(row for row in office.json("status", "jakarta")["rows"] if row["code"] == "JP")
    return str(row["reply"])


def test_without_a_terminal_an_answer_that_stands_is_replaced_with_replace_alone(ready: Office) -> None:
    assert ready.run(*BY_PHONE).returncode == 0
    for words in (REGRET, (*REGRET, "--json")):
        refused = ready.run(*words)
        assert refused.returncode == 2
        for told in ("JAKARTA-JP-1", "accepted", "telephone", "--replace"):
            assert told in refused.stderr, told
        assert refused.stdout == ""
    assert state(ready) == "accepted"
    replaced = ready.run(*REGRET, "--replace")
    assert replaced.returncode == 0
    assert "replaces: JAKARTA-JP-1: accepted, seats 3, via telephone" in replaced.stdout
    assert state(ready) == "declined"


@pytest.mark.parametrize(("typed", "code", "after"), [("yes\n", 0, "declined"), ("\n no\n", 1, "accepted")])
def test_at_a_terminal_what_stands_is_shown_and_asked_about(ready: Office, typed: str, code: int, after: str) -> None:
    ready.run(*BY_PHONE)
    ended = at_a_terminal(ready, *REGRET, typed=typed)
    assert ended.returncode == code, ended.stderr
    assert "JAKARTA-JP-1: accepted, seats 3" in " ".join(ended.stderr.split())
    assert state(ready) == after


def test_the_first_answer_replaces_nothing_and_asks_nothing(ready: Office) -> None:
    assert ready.json(*BY_PHONE)["replaces"] is None
    assert ready.json(*REGRET, "--replace")["replaces"] == "JAKARTA-JP-1"


def test_when_an_answer_was_received_can_be_told_and_lies_not_ahead(ready: Office) -> None:
    now = datetime.now(ZoneInfo("Asia/Jakarta"))
    said = ready.json(*BY_PHONE, "--received", f"{now - timedelta(days=2):%Y-%m-%d %H:%M}")
    assert datetime.fromisoformat(said["received"]) == (now - timedelta(days=2)).replace(second=0, microsecond=0)
    ahead = ready.run(*REGRET, "--replace", "--received", f"{now + timedelta(days=1):%Y-%m-%d %H:%M}")
    assert ahead.returncode == 2
    assert state(ready) == "accepted"


def test_an_option_that_does_not_go_with_the_answer_ends_it_before_anything_is_recorded(ready: Office) -> None:
    ended = ready.run(*REGRET, "--delegates", "3")
    assert ended.returncode == 2
    assert "--delegates" in ended.stderr
    assert state(ready) == "needs_action"


@pytest.mark.parametrize(
    ("via", "answer"), [("telepon", "hadir"), ("nota verbal", "HADIR"), ("note-verbale", "accept")]
)
def test_the_words_that_screens_print_can_be_typed(ready: Office, via: str, answer: str) -> None:
    ended = ready.run("reply", "jakarta", "JP", answer, "--via", via, "--by", "Sari", INVITES_LANG="id")
    assert ended.returncode == 0, ended.stderr
    assert state(ready) == "accepted"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--via", "fone"), "email (surel), phone (telepon), whatsapp (WhatsApp)"),
        (("--via", "phone", "--delegates", "-1"), "bilangan bulat"),
        (("--via", "phone", "--ref", "N\u202e12"), "--ref"),
    ],
)
def test_what_cannot_be_read_is_explained_in_the_language_of_the_office(
    ready: Office, words: tuple[str, ...], told: str
) -> None:
    ended = ready.run("reply", "jakarta", "JP", "accept", "--by", "Sari", *words, INVITES_LANG="id")
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Input should" not in ended.stderr
    assert state(ready) == "needs_action"
