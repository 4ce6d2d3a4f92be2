"""A problem is said in one line: where, what, and what to do."""

from __future__ import annotations

import pytest

from invites.model.recipient import Problem, Severity
from invites.words.problems import problem_line, problem_sentence

IN_A_WORKBOOK = Problem(
    code="R010",
    severity=Severity.E,
    variant="syntax",
    file="embassies.xlsx",
    sheet="Kedutaan",
    row=7,
    column="email",
    cell="C7",
    fields=(("text", "protokol@"),),
)


def test_a_problem_names_file_sheet_and_cell(shipped):
    assert problem_line(IN_A_WORKBOOK, shipped, "id").startswith(
        'embassies.xlsx, sheet "Kedutaan", C7: Alamat e-mail tidak sah – “protokol@”. '
    )
    assert problem_line(IN_A_WORKBOOK, shipped, "en").startswith(
        'embassies.xlsx, sheet "Kedutaan", C7: Not a valid e-mail address – “protokol@”. '
    )


def test_a_problem_of_a_line_or_of_a_whole_file_names_what_there_is(shipped):
    syntax = Problem(
        code="E100", severity=Severity.B, variant="syntax", file="jakarta/event.toml", row=3, fields=(("line", "3"),)
    )
    whole = Problem(code="R001", severity=Severity.B, variant="encoding", file="list.csv")

    assert problem_line(syntax, shipped, "id").startswith("jakarta/event.toml, baris 3: ")
    assert problem_line(syntax, shipped, "en").startswith("jakarta/event.toml, row 3: ")
    assert problem_line(whole, shipped, "en").startswith("list.csv: ")


def test_the_sentence_alone_has_no_place(shipped):
    assert problem_sentence(IN_A_WORKBOOK, shipped, "en").startswith("Not a valid e-mail address")


def test_braces_in_a_cell_are_no_placeholders(shipped):
    problem = Problem(code="R010", severity=Severity.E, variant="syntax", fields=(("text", "{text}{0}{evil}"),))

    assert "“{text}{0}{evil}”" in problem_sentence(problem, shipped, "en")


def test_a_rule_without_a_sentence_is_a_mistake_of_ours(shipped):
    with pytest.raises(LookupError):
        problem_line(Problem(code="R999", severity=Severity.E), shipped, "en")
