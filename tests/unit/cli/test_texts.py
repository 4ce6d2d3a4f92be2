"""Whatever the program says to staff, it can say in Indonesian and in English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import invites
from invites import config, errors
from invites.cli import texts
from invites.words.catalogue import Catalogues, placeholders

PACKAGE = Path(invites.__file__).parent
CATALOGUES = Catalogues([config.shipped("templates")])
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)} | {
    "DemoSurprise"
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                yield name, node


RAISED = sorted({call.args[0].value for name, call in calls() if name in ERRORS})  # type: ignore[attr-defined]
SAID = sorted({call.args[0].value for name, call in calls() if name == "say"})  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", RAISED)
def test_every_error_has_its_sentence(key: str, language: str) -> None:
    assert f"error.{key}" in CATALOGUES.keys(language)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", SAID)
def test_everything_said_has_its_sentence(key: str, language: str) -> None:
    assert key in CATALOGUES.keys(language)


def test_an_error_hands_over_what_its_sentence_wants() -> None:
    for name, call in calls():
        if name not in ERRORS or any(keyword.arg is None for keyword in call.keywords):
            continue
        key = call.args[0].value  # type: ignore[attr-defined]
        given = {keyword.arg for keyword in call.keywords}
        for text in (f"error.{key}", f"error.{key}.hint"):
            if text in CATALOGUES.keys("en"):
                assert placeholders(CATALOGUES.get(text, "en").text) <= given, text


def test_the_scan_sees_errors_and_sentences() -> None:
    assert len(RAISED) > 40
    assert len(SAID) > 60


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", RAISED)
def test_every_error_can_be_said_with_what_it_hands_over(key: str, language: str) -> None:
    texts.speak(language)
    said = [text for text in (f"error.{key}", f"error.{key}.hint") if text in CATALOGUES.keys(language)]
    names = {name for text in said for name in placeholders(CATALOGUES.get(text, language).text)}
    values: dict[str, object] = dict.fromkeys(names, "isi")
    values |= {"count": 3} if "count" in names else {}
    values |= {"changed": "event, templates"} if "changed" in names else {}
    error = errors.InvitesError(key, **values)
    assert all(texts.sentence(error))
