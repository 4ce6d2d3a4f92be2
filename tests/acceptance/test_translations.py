"""Sari gives a language to a reader, takes the file back, and records who approved it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import keep
from tests.acceptance.office import Office

OWN = "templates/locales/ar/LC_MESSAGES/invites.po"


def files(office: Office) -> list[str]:
    return sorted(str(path.relative_to(office.home)) for path in (office.home / "templates").rglob("*"))


def test_a_new_workspace_has_no_language_approved_and_says_which_lack_one(office: Office) -> None:
    rows = {row["language"]: row for row in office.json("translations")["languages"]}
    assert sorted(tag for tag, row in rows.items() if not row["usable"]) == sorted(
        ["ar", "hi", "ja", "ko", "ms", "ru", "th", "tr", "vi", "zh-Hans"]
    )
    assert all(row["approved_by"] is None and len(row["version"]) == 12 for row in rows.values())
    shown = office.run("translations", COLUMNS="100").stdout
    assert "invites translations approve ar --by NAME" in shown
    assert "Arabic" in shown
    assert "Arab " in office.run("translations", COLUMNS="100", INVITES_LANG="id").stdout
    assert "Not approved" in office.run("doctor").stdout


@pytest.mark.slow
def test_from_the_reader_and_back_to_a_letter_in_arabic(office: Office) -> None:
    keep(office, "SA")
    office.set_dates()
    first = office.run("translations", "export", "ar", "--to", "ar.po")
    assert first.returncode == 0, first.stderr
    path = office.home / "ar.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('msgstr "حكومة مقاطعة كاليمانتان الجنوبية"', 'msgstr "حكومة كاليمانتان"'), encoding="utf-8"
    )
    taken = office.run("translations", "import", "ar.po")
    assert taken.returncode == 0, taken.stderr
    version = next(row["version"] for row in office.json("translations")["languages"] if row["language"] == "ar")
    assert version in taken.stdout
    assert "حكومة كاليمانتان" in (office.home / OWN).read_text(encoding="utf-8")
    assert sorted(path.name for path in (office.home / OWN).parent.iterdir()) == ["invites.po"]

    assert "R021" in office.run("validate", "jakarta").stdout
    assert office.run("approve", "jakarta", "--by", "Sari").returncode == 0
    dry = office.json("send", "jakarta", "--dry-run")
    assert [(found["code"], found["severity"], found["row"]) for found in dry["problems"]] == [("R021", "W", 2)]
    assert "translations approve ar" in office.run("send", "jakarta", "--dry-run").stdout

    said = office.run("translations", "approve", "ar", "--by", "Contoh Penutur", "--version", version)
    assert said.returncode == 0, said.stderr
    assert "Contoh Penutur" in office.run("translations", COLUMNS="120").stdout
    refused = office.run("send", "jakarta", "--dry-run")
    assert refused.returncode == 5
    assert "approved translations" in refused.stderr
    assert office.run("approve", "jakarta", "--by", "Sari").returncode == 0
    assert office.json("send", "jakarta", "--dry-run")["problems"] == []
    assert "R021" not in office.run("validate", "jakarta").stdout


@pytest.mark.slow
def test_the_text_that_was_read_must_be_the_text_that_is_approved(office: Office) -> None:
    ended = office.run("translations", "approve", "ar", "--by", "Contoh", "--version", "0" * 12)
    assert ended.returncode == 5
    assert office.run("translations", "approve", "ar", "--by", "Contoh", "--version", "").returncode == 5
    assert office.run("translations", "approve", "ar", "--by", "Contoh", "--level", "spot-check").returncode == 2
    assert office.run("translations", "approve", "sw", "--by", "Contoh").returncode == 2
    assert office.run("translations", "approve", "ar", "--by", " ").returncode == 2
    assert not any(row["approved_by"] for row in office.json("translations")["languages"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{event_title}", ""),
        ('msgstr "', 'msgstr "<script>'),
        ('msgstr "', 'msgstr "{__class__}'),
        ("{ref}", "{ref}\u202e"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_keys_and_writes_nothing(office: Office, old: str, new: str) -> None:
    assert office.run("translations", "export", "ar", "--to", "ar.po").returncode == 0
    path = office.home / "ar.po"
    head, *entries = path.read_text(encoding="utf-8").split("\n\n")
    path.write_text("\n\n".join([head, *(entry.replace(old, new) for entry in entries)]), encoding="utf-8")
    before = files(office)
    for language, nothing in (("en", "nothing was written"), ("id", "tidak ada yang ditulis")):
        ended = office.run("translations", "import", "ar.po", INVITES_LANG=language)
        assert ended.returncode == 3
        assert nothing in ended.stderr
        assert "ar.po, " in ended.stderr
    assert files(office) == before


def test_texts_with_faults_that_lie_in_the_workspace_are_not_approved(office: Office) -> None:
    path = office.home / OWN
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "letter.opening"\nmsgstr "<script>"\n', encoding="utf-8")
    ended = office.run("translations", "approve", "ar", "--by", "Contoh")
    assert ended.returncode == 3
    assert "letter.opening" in ended.stderr
    assert "letter.opening" in office.run("doctor").stdout


def test_an_export_to_the_screen_is_the_file_and_nothing_else(office: Office, tmp_path: Path) -> None:
    assert office.run("translations", "export", "th", "--to", "th.po").returncode == 0
    printed = office.run("translations", "export", "th")
    assert printed.stdout == (office.home / "th.po").read_text(encoding="utf-8")
    assert office.run("translations", "export", "xx").returncode == 2
    assert office.run("translations", "import", str(tmp_path / "lost.po")).returncode == 2
    assert office.run("translations", "export", "th", "--to", str(tmp_path / "no/where.po")).returncode == 2
