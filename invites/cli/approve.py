"""`invites approve EVENT --by NAME`: freeze every letter and record who approved them."""

from __future__ import annotations

from typing import Annotated

import typer

from invites import approval, config
from invites.bootstrap import is_live, open_house
from invites.cli.console import bar, line, result
from invites.cli.options import EventName, ListFile, Mode, person
from invites.cli.password import verify
from invites.cli.replaced import standing, tell
from invites.cli.texts import say
from invites.cli.validate import read
from invites.model.batch import Batch, BatchState
from invites.model.message import RenderMode

By = Annotated[
    str, typer.Option("--by", metavar=say("metavar.name"), help=say("option.by_approver"), show_default=False)
]


def run(event: EventName, by: By, list_file: ListFile = None, renderer: Mode = RenderMode.auto) -> None:
    """Approve and say what stands. Before real mail, the person's password is asked for; in a rehearsal the name
    is enough."""
    checked, _ = read(event, list_file, for_sending=True)
    approval.usable(checked)
    name = person("--by", by)
    settings = config.workspace()
    settings.refuse_samples()
    live = is_live(settings)
    with open_house(settings, renderer=renderer) as house:
        if live:
            verify(house, name)
        before = standing(house, event)
        with bar(say("approve.bar"), len(checked.recipients)) as step:
            batch = approval.approve(house, checked, name, lambda _planned: step(), verified=live)
        tell(house, before, batch)
        needed = house.approvers if live else 1
    report(batch)
    result(say("approve.list", list=checked.source))
    if batch.state is not BatchState.released and len(batch.approvals) < needed:
        line(say("approve.needs_more", count=needed - len(batch.approvals), event=event))


def report(batch: Batch) -> None:
    """One line: how many letters, under which hash, by whom."""
    result(say("approve.done", count=batch.size, batch=batch.id[:12], by=batch.approved_by, event=batch.event.slug))
