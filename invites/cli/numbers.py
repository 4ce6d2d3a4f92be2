"""`invites numbers EVENT`: which letter has which number, and why a number is missing."""

from __future__ import annotations

from invites import config
from invites.bootstrap import open_house
from invites.cli.console import as_json, result, table
from invites.cli.options import AsJson, EventName
from invites.cli.texts import say
from invites.compose.numbers import gaps


def run(event: EventName, json: AsJson = False) -> None:
    """The register of one event, in the order of the numbers."""
    with open_house(config.workspace()) as house:
        batch = house.store.batches.current(event)
        register = house.store.numbers.all()
    entries = sorted((one for one in register if one.event == event), key=lambda one: one.number)
    missing = gaps(batch.event.letter, register) if batch else ()
    if json:
        numbers = [
            {"number": one.number, "code": one.code, "state": one.state, "reason": one.reason} for one in entries
        ]
        as_json({"event": event, "numbers": numbers, "gaps": list(missing)})
        return
    rows = [[one.number, one.code, say(f"number.{one.state}"), _reason(one.reason)] for one in entries]
    table([say("number.number"), say("status.code"), say("number.state"), say("number.reason")], rows)
    for number in missing:
        result(say("number.gap", number=number))


def _reason(reason: str) -> str:
    return say(f"number.reason.{reason}") if reason else ""
