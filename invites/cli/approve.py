"""`invites approve EVENT --by NAME`: freeze every letter and record who approved them."""

from __future__ import annotations

from typing import Annotated

import typer

from invites import config, pipeline
from invites.bootstrap import open_house
from invites.cli.console import bar, result
from invites.cli.options import EventName, ListFile, person
from invites.cli.texts import say
from invites.cli.validate import read
from invites.model.batch import Batch

By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("option.by_approver"), show_default=False)]


def run(event: EventName, by: By, list_file: ListFile = None) -> None:
    """Approve and say what stands."""
    checked, _ = read(event, list_file, for_sending=True)
    pipeline.usable(checked)
    name = person("--by", by)
    settings = config.workspace()
    if settings.has_relay:
        settings.refuse_samples()
    with open_house(settings) as house, bar(say("approve.bar"), len(checked.recipients)) as step:
        batch = pipeline.approve(house, checked, name, lambda _planned: step())
    report(batch)


def report(batch: Batch) -> None:
    """One line: how many letters, under which hash, by whom."""
    result(say("approve.done", count=batch.size, batch=batch.id[:12], by=batch.approved_by, event=batch.event.slug))
