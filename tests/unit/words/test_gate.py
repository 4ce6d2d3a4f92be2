"""The one place where a language is chosen lets no unread one through."""

from __future__ import annotations

import pytest

from invites.words.catalogue import Catalogues
from invites.words.names import language_for, language_name, mission_name, mission_to
from tests.scene import recipient

from .conftest import SHIPPED

NATIVE = ["ar", "hi", "ja", "ko", "ms", "ru", "th", "tr", "vi", "zh-Hans"]


@pytest.fixture
def closed() -> Catalogues:
    """As a new workspace has them."""
    return Catalogues([SHIPPED])


def letting(*approved: tuple[str, str]) -> Catalogues:
    return Catalogues([SHIPPED], lambda language, version: (language, version) in approved)


@pytest.mark.parametrize("language", NATIVE)
def test_nobody_is_written_to_in_a_language_that_nobody_has_read(closed: Catalogues, language: str) -> None:
    assert closed.written(language) == language
    assert closed.resolve(language) == "en"


@pytest.mark.parametrize("language", NATIVE)
def test_an_approval_of_this_version_opens_this_language_alone(closed: Catalogues, language: str) -> None:
    opened = letting((language, closed.version(language)))
    assert [tag for tag in NATIVE if opened.usable(tag)] == [language]
    assert opened.resolve(language) == language


def test_an_approval_of_another_version_or_another_language_opens_nothing(closed: Catalogues) -> None:
    opened = letting(("ar", "0" * 64), ("ja", closed.version("ar")), ("ar", closed.version("ar")[:12]))
    assert not any(opened.usable(tag) for tag in NATIVE)


@pytest.mark.parametrize("language", ["id", "en", "en-US", "de", "fr", "nl"])
def test_languages_that_want_a_look_at_most_are_used_without_an_approval(closed: Catalogues, language: str) -> None:
    assert closed.resolve(language) == language


@pytest.mark.parametrize(("locale", "fallback"), [("ar-SA", "fr"), ("pt-BR", "ja"), ("ar-SA", "ja")])
def test_english_stands_in_whatever_fallback_the_list_names(closed: Catalogues, locale: str, fallback: str) -> None:
    # the list holds the names of a mission in its own language, in Indonesian and in English, and in no other
    assert closed.resolve(locale, fallback) == "en"


def test_the_names_of_the_mission_follow_the_language(closed: Catalogues) -> None:
    saudi = recipient(
        "SA", locale="ar-SA", name_en="Embassy of Saudi Arabia", mission_to_en="the Embassy of Saudi Arabia",
        mission_name_local="سفارة", mission_to_local="سفارة",
    )  # fmt: skip
    language = language_for(saudi, closed)
    assert mission_name(saudi, language) == "Embassy of Saudi Arabia"
    assert mission_to(saudi, language) == "the Embassy of Saudi Arabia"


def test_the_way_past_the_gate_is_taken_by_nobody_but_the_check_of_the_list() -> None:
    package = SHIPPED.parent / "invites"
    takers = {str(path.relative_to(package)) for path in package.rglob("*.py") if ".written(" in path.read_text()}
    assert takers == {"words/catalogue.py", "validate/row_checks.py"}


def test_staff_read_the_name_of_a_language_in_their_own() -> None:
    assert (language_name("ar", "id"), language_name("ar", "en")) == ("Arab", "Arabic")
