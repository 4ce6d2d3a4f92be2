"""Sari makes letters in Chinese, Japanese and Korean smaller, on the installed command."""

from __future__ import annotations

import pytest

from tests.acceptance.office import Office


def test_doctor_says_what_to_type_for_smaller_letters(office: Office) -> None:
    said = office.run("doctor").stdout
    assert "(0 of 6 fonts are cut). Type: invites fonts build" in said
    assert "invites fonts build" in office.run("doctor", INVITES_LANG="id").stdout


def test_the_fonts_command_belongs_to_a_workspace(office: Office) -> None:
    ended = Office(office.home.parent, office.environment).run("fonts", "build")
    assert ended.returncode == 2
    assert not (office.home.parent / "var").exists()


@pytest.mark.slow
def test_fonts_are_cut_once_into_the_workspace_and_doctor_sees_them(office: Office) -> None:
    first = office.run("fonts", "build")
    assert first.returncode == 0, first.stderr
    folder = office.home / "var/fonts"
    made = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(made) == 12
    assert "6 of 6" in office.run("doctor").stdout
    assert office.run("fonts", "build").returncode == 0
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == made
    (folder / "NotoSerifCJKJP-Bold.otf").write_bytes(b"harmed")
    assert "(4 of 6 fonts are cut)" in office.run("doctor").stdout
