"""The operators' page names every setting and every exit code that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from invites import errors
from invites.cli.send import exit_code
from invites.config import Settings
from tests.docs import pages

PAGE = (pages.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table() -> None:
    settings = Settings(home=Path(), values={}).checks()
    assert set(re.findall(r"^\| `(INVITES_\w+)` \|", PAGE, re.MULTILINE)) == {"INVITES_HOME", *settings}


def test_every_exit_code_stands_in_the_table() -> None:
    classes = [thing for thing in vars(errors).values() if hasattr(thing, "exit_code")]
    tallies = [{"failed": 1, "unknown": 0, "deferred": 0}, {"failed": 0, "unknown": 0, "deferred": 1}]
    used = {found.exit_code for found in classes} | {exit_code(tally) for tally in tallies}
    _, _, section = PAGE.partition("## Exit codes")
    rows = re.findall(r"^\| ([0-9, ]+) \|", section.partition("\n## ")[0], re.MULTILINE)
    told = {int(code) for row in rows for code in row.split(",")}
    assert told == used | {0, 130, 143}
