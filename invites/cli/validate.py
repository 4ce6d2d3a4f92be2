"""`invites validate [EVENT]`: every problem of the list and the event at once, by cell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from invites import config, pipeline
from invites.bootstrap import SystemClock, find_event, find_list, is_live, open_words
from invites.cli.console import as_json, result
from invites.cli.options import AsJson, ListFile
from invites.cli.texts import findings, go_on_with, language, say
from invites.model.checked import Checked
from invites.model.recipient import Problem, Severity
from invites.words.catalogue import Catalogues
from invites.words.problems import problem_line

OptionalEvent = Annotated[
    str | None, typer.Argument(metavar=say("metavar.event"), help=say("option.event"), show_default=False)
]


def run(event: OptionalEvent = None, list_file: ListFile = None, json: AsJson = False) -> None:
    """Check, print every problem, and exit 3 when something blocks."""
    checked, catalogues = read(event, list_file)
    if json:
        as_json(report(checked, catalogues))
    else:
        show(checked)
        if event and checked.ok and not read(event, list_file, for_sending=True)[0].ok:
            result(say("validate.not_yet", event=event))
    raise typer.Exit(0 if checked.ok else 3)


def read(event: str | None, list_file: Path | None, *, for_sending: bool = False) -> tuple[Checked, Catalogues]:
    """The list and the event of a workspace, checked. Texts go on with the list that was named."""
    go_on_with(list_file)
    # a list can be looked at anywhere; without one, only a workspace or a checkout says which is meant
    named = list_file is not None or (config.load().home / "recipients").is_dir()
    settings = config.load() if named else config.workspace()
    catalogues, _ = open_words(settings)
    event_file = find_event(settings, event) if event else None
    checked = pipeline.check(
        catalogues,
        SystemClock(),
        find_list(settings, list_file, catalogues),
        event_file,
        live=is_live(settings),
        for_sending=for_sending,
    )
    return checked, catalogues


def show(checked: Checked) -> None:
    """Problems, worst first, then the count."""
    for told in findings(checked.problems):
        result(told)
    counts = Counter(found.severity for found in checked.problems)
    result(
        say(
            "validate.ok" if checked.ok else "validate.blocked",
            rows=checked.rows,
            problems=counts[Severity.B] + counts[Severity.E],
            checks=counts[Severity.W],
            notes=counts[Severity.I],
        )
    )


def report(checked: Checked, catalogues: Catalogues) -> dict[str, Any]:
    """The object of --json."""
    return {
        "ok": checked.ok,
        "rows": checked.rows,
        "recipients": len(checked.recipients),
        "problems": [_as_json(found, catalogues) for found in checked.problems],
    }


def _as_json(found: Problem, catalogues: Catalogues) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        "row": found.row,
        "column": found.column,
        "cell": found.cell,
        "message": problem_line(found, catalogues, language()),
    }
