"""`invites reply EVENT CODE …`: what an embassy said by telephone, WhatsApp, mail or note."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from invites import config, pipeline
from invites.bootstrap import open_house
from invites.cli import dictated
from invites.cli.console import as_json, line, result
from invites.cli.options import AsJson, EventName, one_of, person, whole
from invites.cli.texts import language, say
from invites.errors import ConfigurationError
from invites.model.event import Event
from invites.model.page import ReplyPage
from invites.model.reply import STATE_OF, Reply, ReplyChannel, Verb
from invites.words.dates import deadline


class ByHand(StrEnum):
    """The channels that staff record; the page and the calendar record themselves."""

    email = "email"
    phone = "phone"
    whatsapp = "whatsapp"
    note_verbale = "note_verbale"
    in_person = "in_person"


_verb = one_of(say("metavar.answer"), Verb, lambda verb: say(f"reply.{STATE_OF[verb]}"))
_via = one_of("--via", ByHand, lambda channel: say(f"channel.{channel}"))
_NAME, _TEXT, _NUMBER = say("metavar.name"), say("metavar.text"), say("metavar.number")

Code = Annotated[str, typer.Argument(metavar=say("metavar.code"), help=say("option.code"), show_default=False)]
Answered = Annotated[Verb, typer.Argument(metavar="|".join(Verb), help=say("option.verb"), parser=_verb)]
Via = Annotated[
    ByHand, typer.Option("--via", metavar="|".join(ByHand), help=say("option.via"), parser=_via, show_default=False)
]
By = Annotated[str, typer.Option("--by", metavar=_NAME, help=say("option.by_staff"), show_default=False)]
Ref = Annotated[str, typer.Option("--ref", metavar=_TEXT, help=say("option.ref"), show_default=False)]
Received = Annotated[
    str, typer.Option("--received", metavar='"2027-01-10 14:30"', help=say("option.received"), show_default=False)
]
Who = Annotated[str, typer.Option("--name", metavar=_NAME, help=say("option.name"), show_default=False)]
Position = Annotated[str, typer.Option("--position", metavar=_TEXT, help=say("option.position"), show_default=False)]
Count = Annotated[
    int | None,
    typer.Option(
        "--delegates", metavar=_NUMBER, help=say("option.delegates"), parser=whole("--delegates", 0), show_default=False
    ),
]
Named = Annotated[
    list[str] | None,
    typer.Option("--delegate", metavar=say("metavar.delegate"), help=say("option.delegate"), show_default=False),
]
Spouse = Annotated[bool, typer.Option("--spouse", help=say("option.spouse"))]
SpouseName = Annotated[
    str, typer.Option("--spouse-name", metavar=_NAME, help=say("option.spouse_name"), show_default=False)
]
Diet = Annotated[str, typer.Option("--diet", metavar=_TEXT, help=say("option.diet"), show_default=False)]
Remarks = Annotated[str, typer.Option("--remarks", metavar=_TEXT, help=say("option.remarks"), show_default=False)]
ContactName = Annotated[
    str, typer.Option("--contact-name", metavar=_NAME, help=say("option.contact_name"), show_default=False)
]
ContactEmail = Annotated[
    str, typer.Option("--contact-email", metavar=_TEXT, help=say("option.contact_email"), show_default=False)
]
ContactPhone = Annotated[
    str, typer.Option("--contact-phone", metavar=_TEXT, help=say("option.contact_phone"), show_default=False)
]
Replace = Annotated[bool, typer.Option("--replace", help=say("option.replace"))]


def run(
    event: EventName,
    code: Code,
    verb: Answered,
    via: Via,
    by: By,
    ref: Ref = "",
    received: Received = "",
    name: Who = "",
    position: Position = "",
    delegates: Count = None,
    delegate: Named = None,
    spouse: Spouse = False,
    spouse_name: SpouseName = "",
    diet: Diet = "",
    remarks: Remarks = "",
    contact_name: ContactName = "",
    contact_email: ContactEmail = "",
    contact_phone: ContactPhone = "",
    replace: Replace = False,
    json: AsJson = False,
) -> None:
    """Record the answer and print our reference. What the embassy answered before is replaced only knowingly."""
    staff = person("--by", by)
    note = person("--ref", ref) if ref.strip() else ""
    texts = {
        "--name": name,
        "--position": position,
        "--spouse-name": spouse_name,
        "--diet": diet,
        "--remarks": remarks,
        "--contact-name": contact_name,
        "--contact-email": contact_email,
        "--contact-phone": contact_phone,
    }
    with open_house(config.workspace()) as house:
        page = pipeline.invited(house, event, code.upper())
        most = page.event.max_delegates
        answer = dictated.answer(verb, texts, named=delegate or (), delegates=delegates, spouse=spouse, most=most)
        at = dictated.moment("--received", received, page.event.zone, house.clock.now())
        if not replace:
            _ask_before_replacing(page, may_ask=not json)
        recorded = pipeline.enter_answer(
            house, page, answer, channel=ReplyChannel(via), by=staff, source_ref=note, received_at=at
        )
    _tell(recorded, page, json=json)


def _ask_before_replacing(page: ReplyPage, *, may_ask: bool) -> None:
    """Go on when no answer stands, or when whoever sits here says so. ConfigurationError when nobody sits here."""
    if not page.history:
        return
    stands = told(page.history[-1], page.event)
    if not (may_ask and sys.stdin.isatty()):
        raise ConfigurationError("reply_stands", setting="--replace", code=page.recipient.code, stands=stands)
    line(say("reply.stands", code=page.recipient.code, stands=stands))
    if typer.prompt(say("reply.ask"), err=True).strip().casefold() != say("reply.yes"):
        line(say("reply.kept"))
        raise typer.Exit(1)


def _tell(recorded: Reply, page: ReplyPage, *, json: bool) -> None:
    before = page.history[-1] if page.history else None
    if json:
        as_json(
            {
                "ref": recorded.ref,
                "state": recorded.state,
                "late": recorded.late,
                "seats": recorded.answer.seats,
                "received": recorded.received_at.isoformat(),
                "replaces": before.ref if before else None,
            }
        )
        return
    result(say("reply.recorded", ref=recorded.ref, code=recorded.code, state=say(f"reply.{recorded.state}")))
    if before:
        result(say("reply.replaces", stands=told(before, page.event)))


def told(reply: Reply, event: Event) -> str:
    """A reply on one line: reference, what, how many, by which way, when; then who was named."""
    answer = reply.answer
    people = [each for each in (answer.representative, *answer.delegates) if each]
    names = [", ".join(filter(None, (each.name, each.position))) for each in people]
    said = say(
        "reply.told",
        ref=reply.ref,
        state=say(f"reply.{reply.state}"),
        seats=answer.seats,
        channel=say(f"channel.{reply.channel}"),
        at=deadline(reply.received_at.astimezone(ZoneInfo(event.zone)), language()),
    )
    return "; ".join((said, *names))
