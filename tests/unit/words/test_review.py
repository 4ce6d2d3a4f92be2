"""What a reviewer approves: a level that nobody lowers, and a version that any other text changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from invites.words.catalogue import Catalogues

from .conftest import SHIPPED, Write

ARABIC = "locales/ar/LC_MESSAGES/invites.po"


def po(language: str) -> str:
    return f"locales/{language}/LC_MESSAGES/invites.po"


@pytest.fixture
def edition(tmp_path: Path) -> Callable[[str], str]:
    """The version of a language in a workspace `tmp_path` over a copy of what was shipped."""
    for part in ("letter", "mail", "pages", *(f"locales/{tag}" for tag in ("ar", "en", "en-US", "id"))):
        shutil.copytree(SHIPPED / part, tmp_path / "shipped" / part)

    def version(language: str) -> str:
        return Catalogues([tmp_path / "office", tmp_path / "shipped"]).version(language)

    return version


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_version_is_the_same_on_another_day_in_another_process(edition: Callable[[str], str]) -> None:
    assert edition("ar") == edition("ar") == Catalogues([SHIPPED]).version("ar")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('msgstr "حكومة مقاطعة كاليمانتان الجنوبية"', 'msgstr "حكومة مقاطعة كاليمانتان"'),
        ('msgstr[1] "عضو واحد في الوفد"', 'msgstr[1] "عضو في الوفد"'),
        ('msgctxt "f"\nmsgid "addressee.ambassador"', 'msgctxt "x"\nmsgid "addressee.ambassador"'),
        ('msgid "org.province"', 'msgid "org.provinces"'),
    ],
    ids=["text", "plural", "gender", "key"],
)
def test_another_text_is_another_version(edition: Callable[[str], str], tmp_path: Path, old: str, new: str) -> None:
    before = edition("ar")
    change(tmp_path / "shipped" / ARABIC, old, new)
    assert edition("ar") != before


def test_order_and_comments_of_a_file_make_no_other_version(edition: Callable[[str], str], tmp_path: Path) -> None:
    before = edition("ar")
    path = tmp_path / "shipped" / ARABIC
    head, *entries = path.read_text(encoding="utf-8").strip().split("\n\n")
    bare = ["\n".join(line for line in entry.splitlines() if not line.startswith("#")) for entry in reversed(entries)]
    path.write_text("\n\n".join([head, *bare]) + "\n", encoding="utf-8")
    assert edition("ar") == before


def test_a_text_of_the_workspace_belongs_to_the_version_whatever_its_file_is_called(
    edition: Callable[[str], str], tmp_path: Path, write: Write
) -> None:
    before = edition("ar")
    write("office/locales/ar/LC_MESSAGES/own.po", 'msgid "org.province"\nmsgstr "حكومة"\n')
    assert edition("ar") != before


@pytest.mark.parametrize("name", ["letter/letter.html", "mail/invitation.txt", "mail/layout.html"])
def test_another_template_of_letters_or_mails_is_another_version(
    edition: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    before = edition("ar")
    path = tmp_path / "office" / name
    path.parent.mkdir(parents=True)
    path.write_text("{{ t('letter.opening') }}", encoding="utf-8")
    assert edition("ar") != before


@pytest.mark.parametrize("name", ["letter/letter.css", "pages/rsvp.html", "locales/id/LC_MESSAGES/desk.po"])
def test_how_a_sheet_looks_and_what_staff_read_make_no_other_version(
    edition: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    before = edition("ar"), edition("id")
    (tmp_path / "shipped" / name).write_bytes(b"")
    assert (edition("ar"), edition("id")) == before


def test_another_english_leaves_the_arabic_version_as_it_is(edition: Callable[[str], str], tmp_path: Path) -> None:
    before = edition("ar"), edition("en")
    change(tmp_path / "shipped" / po("en"), '"Provincial Government of South Kalimantan"', '"Government"')
    assert edition("ar") == before[0]
    assert edition("en") != before[1]


def test_what_lies_on_another_language_changes_with_it(edition: Callable[[str], str], tmp_path: Path) -> None:
    before = edition("en-US")
    change(tmp_path / "shipped" / po("en"), '"Provincial Government of South Kalimantan"', '"Government"')
    assert edition("en-US") != before


def test_what_is_said_is_what_the_version_is_of(edition: Callable[[str], str], tmp_path: Path, write: Write) -> None:
    # a site that runs for weeks: a file that changes under it changes neither
    running = Catalogues([tmp_path / "office", tmp_path / "shipped"])
    before = running.version("ar")
    write(f"office/{ARABIC}", 'msgid "org.province"\nmsgstr "حكومة"\n')
    assert running.get("org.province", "ar").text == "حكومة مقاطعة كاليمانتان الجنوبية"
    assert running.version("ar") == before != edition("ar")


@pytest.mark.parametrize("level", ["ok", "spot-check", "native"])
def test_no_file_of_a_workspace_makes_a_reader_unnecessary(tmp_path: Path, level: str) -> None:
    for tag in ("ar", "ar-SA"):
        path = tmp_path / po(tag)
        path.parent.mkdir(parents=True)
        path.write_text(f'msgid ""\nmsgstr ""\n"X-Review: {level}\\n"\n', encoding="utf-8")
    catalogues = Catalogues([tmp_path, SHIPPED])
    assert [catalogues.review(tag) for tag in ("ar", "ar-SA")] == ["native-required"] * 2
    assert catalogues.resolve("ar-SA") == "en"


@pytest.mark.parametrize("header", ["", '"X-Review: fine\\n"\n'])
def test_a_language_that_does_not_say_who_must_read_it_waits_for_a_reader(tmp_path: Path, header: str) -> None:
    path = tmp_path / po("sw")
    path.parent.mkdir(parents=True)
    path.write_text(f'msgid ""\nmsgstr ""\n{header}\nmsgid "org.province"\nmsgstr "Serikali"\n', encoding="utf-8")
    assert Catalogues([tmp_path, SHIPPED]).asks_approval("sw")
