"""`invites proof EVENT --to ADDRESS`: every letter as a specimen with a void link, sent to oneself."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from typing import Annotated

import typer

from invites import approval, config
from invites.bootstrap import open_house, open_transport
from invites.cli.console import line, result
from invites.cli.options import EventName, ListFile
from invites.cli.texts import findings, say
from invites.cli.validate import read
from invites.errors import ConfigurationError, DeliveryError
from invites.model.delivery import Moment, Outcome
from invites.model.event import Event
from invites.model.message import Message
from invites.model.recipient import Recipient
from invites.ports import Transport

To = Annotated[str, typer.Option("--to", metavar="ADDRESS", help=say("option.proof_to"), show_default=False)]


def run(event: EventName, to: To, list_file: ListFile = None) -> None:
    """Render, send one mail, and say whether the relay took it. It leaves no trace in the outbox."""
    checked, _ = read(event, list_file)
    for told in findings(checked.problems):
        line(told)
    about = approval.usable(checked)
    _refuse_guests(to, about, checked.recipients)
    settings = config.workspace()
    with open_house(settings) as house:
        message = house.proof_message(about, approval.plan(house, about, checked.recipients), to)
        outcome = asyncio.run(_send(open_transport(settings), message, format_datetime(house.clock.now())))
    if outcome.moment is not Moment.taken:
        raise DeliveryError("proof_not_taken", to=to, reply=f"{outcome.reply_code or ''} {outcome.reply_text}".strip())
    result(say("proof.done", count=len(checked.recipients), to=to))


def _refuse_guests(to: str, event: Event, recipients: tuple[Recipient, ...]) -> None:
    """A specimen never goes to anybody of the list: an ambassador would take it for the invitation."""
    listed = {address.casefold() for one in recipients for address in (one.email, *one.cc)}
    if event.kemlu:
        listed.add(event.kemlu.email.casefold())
    if to.strip().casefold() in listed:
        raise ConfigurationError("proof_to_guest", setting="--to", to=to)


async def _send(transport: Transport, message: Message, date: str) -> Outcome:
    async def at_once() -> bool:
        return True

    async with transport.session() as session:
        return await session.deliver(message.envelope, f"Date: {date}\r\n".encode() + message.content, at_once)
