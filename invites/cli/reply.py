"""`invites reply EVENT CODE …`: what an embassy said by telephone, WhatsApp, mail or note."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from invites import config, pipeline
from invites.bootstrap import open_house
from invites.cli.console import as_json, result
from invites.cli.options import AsJson, EventName, person
from invites.cli.texts import say
from invites.model.reply import Answer, Delegate, ReplyChannel, Verb

Code = Annotated[str, typer.Argument(metavar="CODE", help=say("option.code"), show_default=False)]
Answered = Annotated[Verb, typer.Argument(metavar="accept|representative|decline", help=say("option.verb"))]


class ByHand(StrEnum):
    """The channels that staff record; the page and the calendar record themselves."""

    email = "email"
    phone = "phone"
    whatsapp = "whatsapp"
    note_verbale = "note_verbale"
    in_person = "in_person"


Via = Annotated[ByHand, typer.Option("--via", help=say("option.via"), show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("option.by_staff"), show_default=False)]
Ref = Annotated[str, typer.Option("--ref", metavar="NOTE-NO", help=say("option.ref"), show_default=False)]
Who = Annotated[str, typer.Option("--name", help=say("option.name"), show_default=False)]
Position = Annotated[str, typer.Option("--position", help=say("option.position"), show_default=False)]
Count = Annotated[int, typer.Option("--delegates", min=0, help=say("option.delegates"))]


def run(
    event: EventName,
    code: Code,
    verb: Answered,
    via: Via,
    by: By,
    ref: Ref = "",
    name: Who = "",
    position: Position = "",
    delegates: Count = 0,
    json: AsJson = False,
) -> None:
    """Record the answer and print our reference."""
    staff = person("--by", by)
    who = Delegate(name=person("--name", name), position=position and person("--position", position)) if name else None
    answer = Answer(
        verb=verb,
        representative=who if verb is Verb.representative else None,
        delegate_count=delegates if verb is not Verb.decline else 0,
        names_to_follow=verb is not Verb.decline and (delegates > 0 or (verb is Verb.representative and not name)),
    )
    with open_house(config.workspace()) as house:
        recorded = pipeline.enter_answer(
            house, event, code.upper(), answer, channel=ReplyChannel(via), by=staff, source_ref=ref
        )
    if json:
        as_json({"ref": recorded.ref, "state": recorded.state, "late": recorded.late})
    else:
        result(say("reply.recorded", ref=recorded.ref, code=recorded.code, state=say(f"reply.{recorded.state}")))
