"""The same letters in another process: another day, folder, home, zone, hash seed and order give the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from invites.model.message import Attachment, Variant

from .test_sixteen import CODES, ROOT, made, renderer

FILE = Attachment(filename="invitation.ics", content_type="application/ics", content=b"BEGIN:VCALENDAR\r\n")

#: the clock is put forward before anything of ours, or of WeasyPrint's, is imported
ANOTHER_DAY = """
import datetime, sys, time
ahead, now = 400 * 86_400, time.time
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
    today = now
    @classmethod
    def utcnow(cls):
        return cls.now(datetime.UTC).replace(tzinfo=None)
datetime.datetime = Later
time.time = lambda: now() + ahead
from tests.integration.letters import test_another_day
assert datetime.datetime.now().timestamp() > float(sys.argv[1]) + 399 * 86_400
for code in sys.argv[2:]:
    print(*test_another_day.digests(code))
"""


def digests(code: str) -> tuple[str, str]:
    """Of the letter for screen readers, and of the one for an archive."""
    letter = made("jakarta", code).letter
    archived = renderer().render(replace(letter, variant=Variant.a3a, attachments=(FILE,)))
    return made("jakarta", code).document.sha256, archived.sha256


def elsewhere(codes: list[str], folder: Path) -> list[tuple[str, ...]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "4242",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TZ": "America/Lima",
        "LANG": "C",
        "SOURCE_DATE_EPOCH": "86400",
    }
    run = subprocess.run(
        [sys.executable, "-c", ANOTHER_DAY, str(time.time()), *codes],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=250,
    )
    return [tuple(line.split()) for line in run.stdout.splitlines()]


@pytest.mark.slow
def test_a_letter_of_each_script_is_the_same_to_the_byte(tmp_path: Path) -> None:
    codes = ["US", "TH", "SA", "JP", "IN", "RU"]
    assert elsewhere(codes, tmp_path) == [digests(code) for code in codes]


@pytest.mark.slow
def test_so_are_all_sixteen(tmp_path: Path) -> None:
    codes = CODES[::-1]
    assert elsewhere(codes, tmp_path) == [digests(code) for code in codes]
