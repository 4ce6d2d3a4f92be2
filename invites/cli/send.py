"""`invites send EVENT`: nothing leaves without approval and a typed number; running it again is safe."""

from __future__ import annotations

import asyncio
import getpass
import signal
import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import Annotated, Any

import typer

from invites import approval, config, pipeline
from invites.bootstrap import open_house, open_transport
from invites.cli.console import as_json, bar, line, result, table
from invites.cli.options import AsJson, EventName, ListFile, whole
from invites.cli.texts import findings, say
from invites.cli.validate import read, report
from invites.deliver.worker import Progress
from invites.errors import ConfigurationError
from invites.house import House
from invites.model.batch import Batch
from invites.model.checked import Checked
from invites.model.delivery import Delivery, DeliveryState, MessageKind
from invites.model.recipient import Problem
from invites.ports import Transport
from invites.words.catalogue import Catalogues

Yes = Annotated[bool, typer.Option("--yes", help=say("option.yes"))]
Expect = Annotated[
    int | None,
    typer.Option(
        "--expect",
        metavar=say("metavar.number"),
        help=say("option.expect"),
        parser=whole("--expect", 0),
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("option.dry_run"))]

_WAITING = (DeliveryState.queued, DeliveryState.deferred)


def run(
    event: EventName,
    yes: Yes = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    list_file: ListFile = None,
    json: AsJson = False,
) -> None:
    """Send what is approved and has not left, then say what became of it."""
    checked, catalogues = read(event, list_file, for_sending=True)
    settings = config.workspace()
    with open_house(settings) as house:
        batch = approval.approved(house, checked)
        settings.refuse_samples()
        if dry_run:
            _show_dry_run(house, batch, replace(checked, problems=_unread(checked)), catalogues, json=json)
            return
        transport = open_transport(settings)
        _confirm_count(house, batch, yes=yes, expect=expect, relay=transport.name)
        tally = deliver(house, batch, transport)
        troubles = _troubles(house, batch)
    if json:
        as_json(tally)
    else:
        result(say("send.done", **tally))
        for said in troubles:
            result(said)
    raise typer.Exit(exit_code(tally))


def deliver(house: House, batch: Batch, transport: Transport) -> dict[str, Any]:
    """Send with a progress bar; Ctrl-C and SIGTERM end it after the messages under way. Returns the object of
    --json."""
    waiting = [item for item in letters(house, batch) if item.state in _WAITING]
    sent: list[bool] = []
    with bar(say("send.bar"), len(waiting)) if waiting else nullcontext(lambda: None) as step:

        def progress(delivery: Delivery, state: DeliveryState) -> None:
            # confirmations that were owed go along and are not counted
            if delivery.kind is MessageKind.invitation and state is not DeliveryState.queued:
                sent.append(state is DeliveryState.sent)
                step()

        stopped_by = asyncio.run(_send(house, batch, transport, progress))
    if stopped_by:
        line(say("send.interrupted", event=batch.event.slug))
        raise typer.Exit(128 + stopped_by)
    states = [item.state for item in _with_copies(house, batch)]
    return {
        "event": batch.event.slug,
        "batch": batch.id,
        "sent": sum(sent),
        "deferred": states.count(DeliveryState.deferred),
        "failed": states.count(DeliveryState.failed),
        "unknown": states.count(DeliveryState.unknown),
    }


def exit_code(tally: dict[str, Any]) -> int:
    """4: a person must look; 75: try again later; 0: done."""
    if tally["failed"] or tally["unknown"]:
        return 4
    return 75 if tally["deferred"] else 0


def letters(house: House, batch: Batch) -> list[Delivery]:
    """The deliveries of this event's letters."""
    found = house.store.deliveries.of_event(batch.event.slug)
    return [item for item in found if item.kind is MessageKind.invitation]


def _with_copies(house: House, batch: Batch) -> list[Delivery]:
    """Letters and the ministry's copies: either may get stuck."""
    found = house.store.deliveries.of_event(batch.event.slug)
    return [item for item in found if item.kind in (MessageKind.invitation, MessageKind.copy)]


def _troubles(house: House, batch: Batch) -> list[str]:
    """Which letters and copies a person must look at, and what to do."""
    stuck: dict[DeliveryState, list[str]] = {DeliveryState.failed: [], DeliveryState.unknown: []}
    for item in _with_copies(house, batch):
        if item.state in stuck:
            stuck[item.state].append(f"{item.code} (Kemlu)" if item.kind is MessageKind.copy else item.code)
    return [say(f"send.{state}", codes=", ".join(codes)) for state, codes in stuck.items() if codes]


async def _send(house: House, batch: Batch, transport: Transport, progress: Progress) -> int:
    """The signal that stopped it, 0 when none did; what was under way is then finished and recorded."""
    caught: list[int] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, caught.append, number)
    approval.release(house, batch, getpass.getuser(), live=transport.live)
    slug = batch.event.slug
    await pipeline.send_waiting(house, transport, event=slug, progress=progress, stopping=lambda: bool(caught))
    return caught[0] if caught else 0


def _confirm_count(house: House, batch: Batch, *, yes: bool, expect: int | None, relay: str) -> None:
    waiting = sum(item.state in _WAITING for item in letters(house, batch))
    size = approval.mails(house, batch)
    if expect is not None and expect != size:
        slug = batch.event.slug
        raise ConfigurationError("expect_differs", setting="--expect", expected=expect, size=size, event=slug)
    if not waiting:
        line(say("send.nothing_waits", event=batch.event.slug))
        return
    if yes and expect is not None:
        return
    if not sys.stdin.isatty():
        raise ConfigurationError("needs_yes", setting="--yes --expect", size=size)
    line(say("send.about", event=batch.event.slug, size=size, waiting=waiting, relay=relay))
    typed = typer.prompt(say("send.type"), err=True)
    if typed.strip() != str(size):
        line(say("send.mistyped", size=size, typed=typed.strip()))
        raise typer.Exit(1)


def _unread(checked: Checked) -> tuple[Problem, ...]:
    """Which letters of the batch are in English because nobody has approved their language."""
    return tuple(found for found in checked.problems if found.code == "R021")


def _show_dry_run(house: House, batch: Batch, checked: Checked, catalogues: Catalogues, *, json: bool) -> None:
    waiting = [item for item in letters(house, batch) if item.state in _WAITING]
    if json:
        going = [{"code": item.code, "to": item.envelope.rcpt_to, "state": item.state} for item in waiting]
        problems = report(checked, catalogues)["problems"]
        as_json(
            {"event": batch.event.slug, "batch": batch.id, "dry_run": True, "messages": going, "problems": problems}
        )
        return
    rows = [[item.code, item.envelope.rcpt_to, say(f"state.{item.state}")] for item in waiting]
    table([say("status.code"), say("send.to"), say("status.delivery")], rows)
    for told in findings(checked.problems):
        result(told)
    result(say("send.dry_run", count=len(waiting)))
