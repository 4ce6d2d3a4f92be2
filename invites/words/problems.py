"""What is wrong with a file, said to staff: where it stands, what it is, what to do."""

from __future__ import annotations

from typing import Any

from invites.model.recipient import Problem
from invites.words.catalogue import Catalogues


def problem_sentence(problem: Problem, catalogues: Catalogues, language: str) -> str:
    """What is wrong and what to do, without the place. LookupError for a code without a sentence."""
    key = ".".join(part for part in ("problem", problem.code, problem.variant) if part)
    values: dict[str, Any] = dict(problem.fields)
    return catalogues.fill(key, language, **values)


def problem_line(problem: Problem, catalogues: Catalogues, language: str) -> str:
    """One line: `embassies.xlsx, sheet "Kedutaan", C7: …`."""
    places = [problem.file]
    if problem.sheet:
        places.append(catalogues.fill("problem.sheet", language, sheet=problem.sheet))
    if problem.cell:
        places.append(problem.cell)
    elif problem.row:
        places.append(catalogues.fill("problem.row", language, row=problem.row))
    return f"{', '.join(filter(None, places))}: {problem_sentence(problem, catalogues, language)}"
