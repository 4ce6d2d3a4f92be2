"""stdout is the result, stderr is progress; --json prints one object and nothing else on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Step(Protocol):
    """Called once for each unit of a progress bar that is done."""

    def __call__(self) -> None:
        """One more."""
        ...


def line(text: str) -> None:
    """One line of progress. A terminal gets it broken between words, a pipe as one line."""
    err.print(text, markup=False, soft_wrap=not err.is_terminal)


def result(text: str) -> None:
    """One line of the result, broken likewise."""
    out.print(text, markup=False, soft_wrap=not out.is_terminal)


def address(text: str) -> None:
    """A line that holds an address to click or copy: never broken."""
    out.print(text, markup=False, soft_wrap=True)


def as_json(value: dict[str, Any]) -> None:
    """The result as one JSON object."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def table(headings: list[str], rows: list[list[str]], *, console: Console = out) -> None:
    """A plain table that survives a narrow terminal and a pipe."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(cell.replace("[", "\\[") for cell in row))
    console.print(shown)


@contextmanager
def bar(label: str, total: int) -> Iterator[Step]:
    """A progress bar on stderr; on a pipe it leaves one line when it is done, and none when nothing was to do."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=err.is_terminal) as progress:
        task = progress.add_task(label, total=total)

        def step() -> None:
            progress.advance(task)

        yield step
        if not progress.tasks[0].completed:
            progress.update(task, visible=False)
