"""What voids an approval: every file that shapes a letter, and whose name it bears."""

from __future__ import annotations

from pathlib import Path

import pytest

from invites.bootstrap import _digest

SENDER = ("Protokol", "undangan@kalsel.example")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("letter/letter.html", "locales/ja/invites.po", "locales/id/desk.po", "assets/pages.css"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("one")
    return tmp_path


@pytest.mark.parametrize("name", ["letter/letter.html", "locales/ja/invites.po"])
def test_a_file_that_shapes_a_letter_counts(folder: Path, name: str) -> None:
    before = _digest([folder], SENDER)
    (folder / name).write_text("two")
    assert _digest([folder], SENDER) != before


@pytest.mark.parametrize("name", ["locales/id/desk.po", "assets/pages.css"])
def test_what_only_pages_and_staff_see_does_not(folder: Path, name: str) -> None:
    before = _digest([folder], SENDER)
    (folder / name).write_text("two")
    assert _digest([folder], SENDER) == before


def test_the_sender_counts(folder: Path) -> None:
    assert _digest([folder], SENDER) != _digest([folder], ("Protokol", "lain@kalsel.example"))
