"""Every rule has its sentence in both languages and its line in docs/validation.md."""

from __future__ import annotations

import ast
import re

import pytest

from invites.model.recipient import Severity
from invites.validate.columns import COLUMNS
from invites.validate.rules import RULES, found, quoted
from invites.validate.table import Place
from invites.words.catalogue import placeholders
from tests.unit.validate.conftest import REPOSITORY

DOC = REPOSITORY / "docs" / "validation.md"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_rule_has_a_sentence_of_its_own_in_both_languages(catalogues, language):
    for rule in RULES:
        assert catalogues.get(f"problem.{rule}", language).language == language


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_sentence_is_left_of_a_rule_that_is_gone(catalogues, language):
    sentences = {key.removeprefix("problem.") for key in catalogues.keys(language) if re.match(r"problem\.[RE]\d", key)}

    assert sentences == RULES.keys()


def test_both_languages_say_the_same_values(catalogues):
    for rule in RULES:
        texts = [catalogues.get(f"problem.{rule}", language).text for language in ("id", "en")]
        assert placeholders(texts[0]) == placeholders(texts[1]), rule


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_column_is_explained_in_both_languages_and_in_the_readme(catalogues, language):
    readme = (REPOSITORY / "recipients" / "README.md").read_text(encoding="utf-8")
    for column in COLUMNS:
        text = catalogues.get(f"column.{column}", language)
        assert text.language == language
        assert text.text in readme, column


@pytest.mark.parametrize(("language", "heading"), [("id", "## Daftar aturan"), ("en", "## The rules")])
def test_the_documented_rules_are_those_of_the_code(catalogues, language, heading):
    section = DOC.read_text(encoding="utf-8").partition(heading)[2].partition("\n## ")[0]
    documented = re.findall(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", section, re.MULTILINE)

    assert documented == [
        (
            rule,
            f"{level.severity} → {level.sending}" if level.sending else level.severity,
            catalogues.get(f"problem.{rule}", language).text,
        )
        for rule, level in RULES.items()
    ]


def test_every_rule_is_found_somewhere_in_the_code():
    package = REPOSITORY / "invites" / "validate"
    said = {
        node.value
        for path in package.glob("*.py")
        if path.name != "rules.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert RULES.keys() - said == set()


def test_a_rule_is_stricter_for_sending_where_it_says_so():
    place = Place(file="event.toml")

    assert found("E101.undated", place).severity is Severity.W
    assert found("E101.undated", place, sending=True).severity is Severity.B
    assert found("E101.order", place, sending=True).severity is Severity.B


def test_what_a_problem_quotes_is_short_and_shows_the_unseen():
    assert quoted("a\r\nBcc:\u202e\u200b") == "a<U+000D><U+000A>Bcc:<U+202E><U+200B>"
    assert quoted("ก" * 100) == "ก" * 60 + "…"
    assert quoted("ก" * 60) == "ก" * 60
    assert len(quoted("\u202e" * 1_000_000)) == 61
