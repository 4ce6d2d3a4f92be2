"""The glossary and the enums of the model say the same words, in both directions."""

from __future__ import annotations

import importlib
import pkgutil
import re
from enum import StrEnum

from invites import model
from tests.docs import pages

GLOSSARY = pages.ROOT / "docs" / "glossary.md"


def spoken() -> dict[str, list[str]]:
    """Every enum of the model by name, with its values."""
    modules = [
        importlib.import_module(f"{model.__name__}.{found.name}") for found in pkgutil.iter_modules(model.__path__)
    ]
    enums = [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__module__ == module.__name__
    ]
    return {enum.__name__: sorted(member.value for member in enum) for enum in enums}


def explained() -> dict[str, list[str]]:
    """Every heading that is a name in code, with the first cells of the table below it."""
    _, *sections = re.split(r"^### `(\w+)`$", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        name: re.findall(r"^\| `([\w/-]+)` \|", text, re.MULTILINE)
        for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_word_of_the_model_is_explained_once_and_no_other() -> None:
    assert {name: sorted(values) for name, values in explained().items()} == spoken()


def test_every_explanation_is_given_in_both_languages() -> None:
    rows = re.findall(r"^\| `[\w/-]+` \|.*$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    assert [row for row in rows if not all(cell.strip() for cell in row.strip("|").split("|"))] == []
    assert {row.count("|") for row in rows} == {4}
