"""What is wrong with a list, on a screen: once a rule and a column, with every cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from invites.cli import texts
from invites.model.recipient import Problem, Severity


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_language_now", "en")


def problem(code: str, row: int, column: str = "AB", severity: Severity = Severity.E, **fields: str) -> Problem:
    code, _, variant = code.partition(".")
    return Problem(
        code=code,
        severity=severity,
        variant=variant,
        file="embassies.csv",
        row=row,
        column=column,
        cell=f"{column}{row}",
        fields=(("column", column), *fields.items()),
    )


def test_the_same_mistake_in_every_row_is_told_once_with_every_cell() -> None:
    told = texts.findings(
        problem("R019.choice", row, text="langsung", choices="direct, via_kemlu") for row in range(2, 18)
    )
    (line,) = told
    assert line.startswith("ERROR R019  embassies.csv, AB2: ")
    assert line.endswith(f"Likewise: {', '.join(f'AB{row}' for row in range(3, 18))}.")


def test_what_was_typed_otherwise_stands_beside_its_cell() -> None:
    (line,) = texts.findings(
        problem("R030", row, severity=Severity.W, mission=code) for row, code in ((5, "IN"), (9, "VN"))
    )
    assert line.endswith("Likewise: AB9 (VN).")


def test_columns_rules_and_files_are_told_apart_and_the_worst_comes_first() -> None:
    told = texts.findings(
        [
            problem("R030", 2, severity=Severity.W, mission="IN"),
            problem("R019.date", 2, text="x"),
            problem("R019.date", 3, column="AC", text="x"),
            problem("R019.number", 3, text="x"),
            problem("R019.date", 4, text="x"),
        ]
    )
    assert [line.split("  ")[0] for line in told] == ["ERROR R019", "ERROR R019", "ERROR R019", "CHECK R030"]
    assert [line.endswith("Likewise: AB4.") for line in told] == [True, False, False, False]


def test_a_command_that_a_text_tells_goes_on_with_the_list_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_named", "")
    texts.go_on_with(Path("private lists/2027.xlsx"))
    assert texts.say("error.no_batch.hint", event="bali").endswith(
        "invites approve bali --list 'private lists/2027.xlsx' --by NAME"
    )
    assert "invites send jakarta --list 'private" in texts.say("send.interrupted", event="jakarta")
    assert "--list" not in texts.say("error.not_invited.hint", event="jakarta")
    texts.go_on_with(None)
    assert texts.say("error.no_batch.hint", event="bali").endswith("invites approve bali --by NAME")
