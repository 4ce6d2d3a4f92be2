"""`invites handed EVENT CODE --to NAME --at …`: who took the letter that the courier brought."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from invites import config, paper, pipeline
from invites.bootstrap import open_house
from invites.cli import dictated
from invites.cli.console import as_json, result
from invites.cli.options import AsJson, EventName, person
from invites.cli.texts import language, say
from invites.errors import ConfigurationError
from invites.model.event import Event
from invites.model.handover import Handover
from invites.words.dates import deadline

_NAME = say("metavar.name")

Code = Annotated[str, typer.Argument(metavar=say("metavar.code"), help=say("option.code"), show_default=False)]
To = Annotated[str, typer.Option("--to", metavar=_NAME, help=say("option.handed_to"), show_default=False)]
At = Annotated[
    str, typer.Option("--at", metavar='"2027-01-10 14:30"', help=say("option.handed_at"), show_default=False)
]
By = Annotated[str, typer.Option("--by", metavar=_NAME, help=say("option.by_staff"), show_default=False)]
Replace = Annotated[bool, typer.Option("--replace", help=say("option.handed_replace"))]


def run(event: EventName, code: Code, to: To, at: At, by: By, replace: Replace = False, json: AsJson = False) -> None:
    """Record it. What stands already is replaced only knowingly."""
    taken_by, staff = person("--to", to), person("--by", by)
    with open_house(config.workspace()) as house:
        page = pipeline.invited(house, event, code.upper())
        moment = dictated.moment("--at", at, page.event.zone, house.clock.now())
        if moment is None:
            raise ConfigurationError("no_moment", setting="--at")
        since = paper.out_since(house, page)
        if moment < since.replace(second=0, microsecond=0):  # what is typed has no seconds
            raise ConfigurationError("handed_before", setting="--at", since=_when(since, page.event))
        before = paper.hand_over(house, page, taken_by, moment, staff, replace=replace)
    if before and not replace:
        stands = _told(before, page.event)
        raise ConfigurationError("handed_stands", setting="--replace", code=page.recipient.code, stands=stands)
    if json:
        shown = {"event": event, "code": page.recipient.code, "to": taken_by, "at": moment.isoformat()}
        as_json(shown | {"replaces": before.handed_at.isoformat() if before else None})
        return
    result(say("handed.recorded", code=page.recipient.code, to=taken_by, at=_when(moment, page.event)))
    if before:
        result(say("handed.replaces", stands=_told(before, page.event)))


def _told(handover: Handover, event: Event) -> str:
    return say("handed.told", to=handover.handed_to, at=_when(handover.handed_at, event), by=handover.recorded_by)


def _when(moment: datetime, event: Event) -> str:
    return deadline(moment.astimezone(ZoneInfo(event.zone)), language())
