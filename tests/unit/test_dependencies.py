"""What pyproject.toml asks for is what the package imports, no more and no less, and the locks hold all of it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: declared, though another library does the importing
IMPORTED_FOR_US = {"python-multipart"}  # by starlette, for forms


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


def locked(file: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


def imported_packages() -> Iterator[str]:
    for path in (ROOT / "invites").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    distributions = packages_distributions()
    foreign = set(imported_packages()) - sys.stdlib_module_names - {"invites"}
    imported = {distributions[package][0].lower().replace("_", "-") for package in foreign}
    declared = names(PROJECT["project"]["dependencies"]) | names(PROJECT["project"]["optional-dependencies"]["demo"])
    assert imported == declared - IMPORTED_FOR_US


def test_the_locks_hold_everything_that_is_asked_for() -> None:
    groups = PROJECT["dependency-groups"]
    runtime = names(PROJECT["project"]["dependencies"]) | names(PROJECT["project"]["optional-dependencies"]["demo"])
    assert runtime <= locked("requirements.txt")
    assert runtime | names(groups["test"] + groups["browser"] + groups["checks"]) <= locked("requirements-test.txt")
    assert names(groups["setup"]) <= locked("requirements-setup.txt")


def test_the_locks_name_hashes_and_no_place_to_download_from() -> None:
    for file in ("requirements-setup.txt", "requirements.txt", "requirements-test.txt"):
        source = (ROOT / file).read_text(encoding="utf-8")
        assert len(locked(file)) == len(re.findall(r"^[\w.-]+==.*\n    --hash=sha256:", source, re.MULTILINE))
        assert re.findall(r"https?://|--index|--find-links", source) == []
