"""The covering mail of a letter and the confirmation of a reply: the same facts as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import css_inline

from invites.compose import facts
from invites.compose.facts import Fact, fact
from invites.model.batch import Invitation
from invites.model.event import CalendarMode, Event, SignatoryKind
from invites.model.link import Link
from invites.model.message import Mail
from invites.model.recipient import Channel, Recipient
from invites.model.reply import Delegate, Reply, ReplyState, Verb
from invites.words import names
from invites.words.catalogue import Catalogues, Text, direction
from invites.words.jinja import Templates

_ISOLATES = re.compile("[\u2066-\u2069]")
_ANSWERS = {
    Verb.accept: "rsvp.accept",
    Verb.representative: "rsvp.representative",
    Verb.decline: "rsvp.decline",
}
#: no style sheet is ever fetched; many mail programs drop the head, so what matters goes into `style` attributes
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What the mail says in one language."""

    language: str
    direction: str
    original: bool
    colon: str
    title: Text
    deadline: str
    facts: tuple[Fact, ...]


def compose_invitation_mail(
    event: Event, invitation: Invitation, link: Link, *, templates: Templates, catalogues: Catalogues
) -> Mail:
    """The mail that carries a letter: Indonesian, the embassy's language, the link. The text alone holds every fact.

    MessageError when the recipient's language has no catalogue (R020); TemplateError when a template can't be filled.
    """
    blocks = []
    for language in _languages(invitation.recipient, catalogues):
        until = facts.deadline(event, language, catalogues)
        number = [fact("letter.label.number", invitation.number, reader=language, figures=True)]
        said = [
            *(number if invitation.number else []),
            *facts.when_and_where(event, language, catalogues),
            *facts.programme(event, language, catalogues),
            fact("label.dress", catalogues.fill(f"dress.{event.dress}", language), reader=language),
            fact("label.deadline", until, reader=language),
            *facts.contact(event, language),
        ]
        blocks.append(_block(event, language, until, said))
    return _mail(
        "invitation",
        _subject("email.subject", blocks[-1], catalogues),
        blocks,
        templates=templates,
        attachments="email.attachment" if event.calendar is CalendarMode.none else "email.attachments",
        **_values(event, invitation, link),
    )


def mailbox(event: Event, recipient: Recipient) -> str:
    """Where mail about an invitation goes: to the embassy, or to the ministry that hands it on, never to both."""
    if recipient.channel is Channel.via_kemlu and event.kemlu:
        return event.kemlu.email
    return recipient.email


def compose_note_mail(
    event: Event, invitation: Invitation, link: Link | None, *, templates: Templates, catalogues: Catalogues
) -> Mail:
    """The mail to the foreign ministry, in the third person as a note is: with `link` it asks to hand the invitation
    on, without it brings a copy. In Indonesian and English. Errors as above."""
    recipient, body = invitation.recipient, "note.forward" if link else "note.copy"
    blocks, missions = [], {}
    for language in (facts.ORIGINAL, "en"):
        missions[language] = names.mission_to(recipient, language)
        until = facts.deadline(event, language, catalogues)
        said = [
            fact("letter.label.number", invitation.number, reader=language, figures=True),
            *facts.when_and_where(event, language, catalogues),
            fact("label.deadline", until, reader=language),
            *facts.contact(event, language),
        ]
        blocks.append(_block(event, language, until, said))
    subject = catalogues.fill(
        f"{body}_subject",
        facts.ORIGINAL,
        mission=names.mission_name(recipient, facts.ORIGINAL),
        event_title=facts.title(event, facts.ORIGINAL).text,
    )
    values = _values(event, invitation, link) | {"body": body, "missions": missions}
    return _mail("note", subject, blocks, templates=templates, **values)


def compose_proof_mail(event: Event, number: int, *, templates: Templates, catalogues: Catalogues) -> Mail:
    """The mail that brings staff a set of specimens, in Indonesian and English. TemplateError."""
    blocks = [_block(event, language, "", []) for language in (facts.ORIGINAL, "en")]
    subject = catalogues.fill("proof.subject", facts.ORIGINAL, event_title=facts.title(event, facts.ORIGINAL).text)
    office = "org.province" if event.signatory.kind is SignatoryKind.governor else "org.agency"
    return _mail("proof", subject, blocks, templates=templates, office=office, count=number)


def compose_confirmation_mail(
    event: Event, invitation: Invitation, link: Link, reply: Reply, *, templates: Templates, catalogues: Catalogues
) -> Mail:
    """The mail that says which answer was recorded, under which reference, and until when it may be changed.

    It goes to the embassy's own mailbox; it names the persons that the embassy named, and no diet. Errors as above.
    """
    changeable = event.closes_at if reply.late else event.reply_by
    blocks = []
    for language in _languages(invitation.recipient, catalogues):
        until = facts.deadline(event, language, catalogues, changeable)
        said = [*_answer(reply, language, catalogues), *facts.when_and_where(event, language, catalogues)]
        blocks.append(_block(event, language, until, [*said, *facts.contact(event, language)]))
    return _mail(
        "confirmation",
        _subject("email.confirm.subject", blocks[-1], catalogues),
        blocks,
        templates=templates,
        ref=reply.ref,
        calendar=sends_request(event, reply),
        **_values(event, invitation, link),
    )


def sends_request(event: Event, reply: Reply) -> bool:
    """Whether the confirmation of this reply carries the calendar REQUEST."""
    comes = reply.state in (ReplyState.accepted, ReplyState.represented)
    return comes and event.calendar is CalendarMode.after_reply


def _languages(recipient: Recipient, catalogues: Catalogues) -> tuple[str, str]:
    """Indonesian first, then the same as in the letter."""
    return facts.ORIGINAL, facts.beside(facts.language_of(recipient, catalogues))


def _block(event: Event, language: str, deadline: str, said: Sequence[Fact]) -> Block:
    return Block(
        language=language,
        direction=direction(language),
        original=language == facts.ORIGINAL,
        colon=facts.colon(language),
        title=facts.title(event, language),
        deadline=deadline,
        facts=tuple(said),
    )


def _values(event: Event, invitation: Invitation, link: Link | None) -> dict[str, Any]:
    recipient = invitation.recipient
    return {
        "event": event,
        "revision": invitation.revision,
        "salutation": names.phrase("salutation", recipient),
        "gender": names.gender(recipient),
        "link_personal": names.phrase("letter.link_personal", recipient),
        "office": "org.province" if event.signatory.kind is SignatoryKind.governor else "org.agency",
        "link": link.url if link else "",
    }


def _answer(reply: Reply, language: str, catalogues: Catalogues) -> list[Fact]:
    """The answer as a sentence, then who comes."""
    answer = reply.answer
    said = [fact("label.reply", catalogues.fill(_ANSWERS[answer.verb], language), reader=language)]
    if answer.verb is Verb.decline:
        return said
    if answer.representative:
        who = _person(answer.representative)
        said.append(fact("rsvp.representative_name", who, reader=language, language=""))
    if answer.delegates:
        said.append(fact("rsvp.delegates", *map(_person, answer.delegates), reader=language, language=""))
    if answer.delegate_count > len(answer.delegates):  # as the form asks for it, the head or representative included
        said.append(fact("rsvp.delegate_count", str(answer.delegate_count + 1), reader=language, figures=True))
    if answer.spouse:
        name = answer.spouse_name or catalogues.fill("label.yes", language)
        said.append(fact("rsvp.spouse", name, reader=language, language="" if answer.spouse_name else None))
    if answer.names_to_follow:
        said.append(fact("rsvp.attendee_name", catalogues.fill("rsvp.names_later", language), reader=language))
    return said


def _person(person: Delegate) -> str:
    return f"{person.name}, {person.position}" if person.position else person.name


def _subject(key: str, receiving: Block, catalogues: Catalogues) -> str:
    return catalogues.fill(key, receiving.language, event_title=receiving.title.text)


def _mail(name: str, subject: str, blocks: Sequence[Block], *, templates: Templates, **values: Any) -> Mail:
    receiving = blocks[-1]
    # marks that keep a value in place are for running text; some mail programs show them as boxes in a list
    values |= {"subject": _ISOLATES.sub("", subject), "blocks": tuple(blocks), "receiving": receiving}
    return Mail(
        subject=values["subject"],
        text=templates.render(f"mail/{name}.txt", receiving.language, **values),
        html=_INLINER.inline(templates.render(f"mail/{name}.html", receiving.language, **values)),
        languages=tuple(block.language for block in blocks),
    )
