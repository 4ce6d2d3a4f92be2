"""`invites reply EVENT CODE …`: what an embassy said by telephone, WhatsApp, mail or note."""

from __future__ import annotations

from typing import Annotated

import typer

from invites import config, pipeline
from invites.bootstrap import open_house
from invites.cli.console import as_json, result
from invites.cli.options import AsJson, EventName
from invites.cli.texts import say
from invites.errors import ConfigurationError
from invites.model.reply import Answer, Delegate, ReplyChannel, Verb

Code = Annotated[str, typer.Argument(metavar="CODE", help=say("option.code"), show_default=False)]
Answered = Annotated[Verb, typer.Argument(metavar="accept|representative|decline", help=say("option.verb"))]
Via = Annotated[ReplyChannel, typer.Option("--via", help=say("option.via"), show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help=say("option.by_staff"), show_default=False)]
Ref = Annotated[str, typer.Option("--ref", metavar="NOTE-NO", help=say("option.ref"), show_default=False)]
Who = Annotated[str, typer.Option("--name", help=say("option.name"), show_default=False)]
Position = Annotated[str, typer.Option("--position", help=say("option.position"), show_default=False)]
Count = Annotated[int, typer.Option("--delegates", min=0, help=say("option.delegates"))]

_BY_HAND = [channel for channel in ReplyChannel if channel not in (ReplyChannel.link, ReplyChannel.calendar)]


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
    if via not in _BY_HAND:
        raise ConfigurationError("via_by_hand", setting="--via", known=", ".join(_BY_HAND))
    answer = Answer(
        verb=verb,
        representative=Delegate(name=name, position=position) if verb is Verb.representative and name else None,
        delegate_count=delegates if verb is not Verb.decline else 0,
        names_to_follow=verb is not Verb.decline and (delegates > 0 or (verb is Verb.representative and not name)),
    )
    with open_house(config.load()) as house:
        recorded = pipeline.enter_answer(house, event, code.upper(), answer, channel=via, by=by, source_ref=ref)
    if json:
        as_json({"ref": recorded.ref, "state": recorded.state, "late": recorded.late})
    else:
        result(say("reply.recorded", ref=recorded.ref, code=recorded.code, state=say(f"reply.{recorded.state}")))
