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

EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
RUNTIME = [*PROJECT["project"]["dependencies"], *EXTRAS["demo"], *EXTRAS["sign"]]
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]

#: declared, though somebody else does the importing: starlette for forms, pytest its plug-ins
IMPORTED_FOR_US = {"python-multipart", "pytest-asyncio", "pytest-randomly", "pytest-timeout", "pytest-xdist"}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


def locked(file: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


def imports(folder: str) -> Iterator[str]:
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def imported(folder: str) -> set[str]:
    """The distributions that a folder's modules import from."""
    foreign = set(imports(folder)) - sys.stdlib_module_names - {"invites", "tests"}
    distributions = packages_distributions()
    return {distributions[package][0].lower().replace("_", "-") for package in foreign}


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    assert imported("invites") == names(RUNTIME) - IMPORTED_FOR_US


def test_every_library_for_tests_is_imported_and_every_import_is_declared() -> None:
    for_tests = names(GROUPS["test"] + GROUPS["browser"])
    assert imported("tests") - names(RUNTIME) == for_tests - IMPORTED_FOR_US


def test_the_locks_hold_everything_that_is_asked_for() -> None:
    assert names(RUNTIME) <= locked("requirements.txt")
    assert names(RUNTIME + GROUPS["test"] + GROUPS["browser"] + GROUPS["checks"]) <= locked("requirements-test.txt")
    assert names(GROUPS["bench"]) == locked("requirements-bench.txt")
    assert names(GROUPS["setup"]) <= locked("requirements-setup.txt")


def test_the_locks_name_hashes_and_no_place_to_download_from() -> None:
    for file in ("requirements-setup.txt", "requirements.txt", "requirements-test.txt"):
        source = (ROOT / file).read_text(encoding="utf-8")
        assert len(locked(file)) == len(re.findall(r"^[\w.-]+==.*\n    --hash=sha256:", source, re.MULTILINE))
        assert re.findall(r"https?://|--index|--find-links", source) == []
