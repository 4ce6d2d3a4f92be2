"""One letter in a few lines, for whoever looks all of them over before they are approved."""

from __future__ import annotations

from dataclasses import dataclass

from invites.compose import facts
from invites.model.batch import Invitation
from invites.model.event import Event
from invites.words import names
from invites.words.catalogue import Catalogues


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a letter says in one language: to whom, how it greets, and when."""

    language: str
    mission: str
    salutation: str
    date: str


def overview(event: Event, invitation: Invitation, catalogues: Catalogues) -> tuple[Said, ...]:
    """The same facts in each language of the letter. LookupError, MessageError as the letter itself."""
    recipient = invitation.recipient
    own = facts.beside(facts.language_of(recipient, catalogues))
    return tuple(
        Said(
            language=language,
            mission=names.mission_name(recipient, language),
            salutation=catalogues.fill(names.phrase("salutation", recipient), language, gender=names.gender(recipient)),
            date=facts.when(event, language).day,
        )
        for language in (facts.ORIGINAL, own)
    )
