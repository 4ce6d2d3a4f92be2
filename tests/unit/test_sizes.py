"""What keeps the code readable in an evening, where ruff has no rule for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "invites"


def modules() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_module_stays_under_300_lines() -> None:
    assert [name for name, source in modules() if source.count("\n") >= 300] == []


def test_a_function_stays_within_60_lines() -> None:
    too_long = [
        f"{name}:{function.lineno} {function.name}"
        for name, source in modules()
        if "migrations/versions/" not in name  # a record of what was done to the schema, one statement a table
        for function in functions(source)
        if (function.end_lineno or 0) - function.lineno >= 60
    ]
    assert too_long == []


def test_a_module_opens_by_saying_what_it_is_for() -> None:
    assert [name for name, source in modules() if source and not ast.get_docstring(ast.parse(source))] == []


def test_no_name_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert [name for name, _ in modules() if Path(name).stem in drawers] == []
