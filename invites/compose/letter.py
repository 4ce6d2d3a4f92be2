"""An invitation and what goes with it as HTML: the Indonesian sheets, which count, and the courtesy translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from invites.compose import drawings, facts, forms
from invites.compose.sheets import ORIGINAL
from invites.errors import RenderError
from invites.model.batch import Invitation
from invites.model.event import Event, SignatoryKind
from invites.model.link import Link
from invites.model.message import Form, Letter
from invites.model.recipient import Recipient
from invites.words import names
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The letter that this one follows."""

    number: str
    date: date


def compose_documents(
    event: Event,
    invitation: Invitation,
    link: Link | None,
    *,
    templates: Templates,
    catalogues: Catalogues,
    wanted: Sequence[Form] | None = None,
    translation: str | None = None,
    proof: bool = False,
    esign: str = "",
    verification: str = "",
    previous: tuple[str, date] | None = None,
) -> tuple[Letter, ...]:
    """The PDFs of one invitation, ready for a renderer, the one that begins with the first form first.

    `link` None makes a copy: no link, no QR code, and a line that says so. `wanted` are the forms, by default
    those of the event file. `translation` is a catalogue tag in the place of the recipient's own language.
    `proof` writes "contoh, specimen" across every page. `esign` is the issuer of the certificate that the letter
    will be signed with; `verification` the printed address that says whether it is genuine; `previous` number and
    date of the letter that this one follows.

    RenderError when the list lacks a name in the language (R023) or the chain of its locale ends nowhere (R020);
    TemplateError when a template can't be read or filled.
    """
    chosen = event.forms if wanted is None else wanted
    together = tuple(forms.bundles(event, chosen, reply_card=link is not None or proof))
    order = forms.Order(
        event=event,
        recipient=invitation.recipient,
        language=translation or _translation(invitation.recipient, catalogues),
        forms=tuple(form for bundle in together for form in bundle),
        catalogues=catalogues,
    )
    fields = {
        "esign": esign,
        "verification": verification,
        "previous": previous and Earlier(number=previous[0], date=previous[1]),
    }
    return tuple(_letter(order, bundle, invitation, link, templates, proof=proof, **fields) for bundle in together)


def compose_letter(
    event: Event, invitation: Invitation, link: Link | None, *, templates: Templates, catalogues: Catalogues
) -> Letter:
    """The letter alone, without what may go with it. Errors as above."""
    made = compose_documents(event, invitation, link, templates=templates, catalogues=catalogues, wanted=(Form.letter,))
    return made[0]


def _letter(
    order: forms.Order,
    bundle: Sequence[Form],
    invitation: Invitation,
    link: Link | None,
    templates: Templates,
    *,
    proof: bool,
    **fields: object,
) -> Letter:
    """One PDF: its pages, filled into the templates."""
    event, recipient = order.event, order.recipient
    pages = forms.pages(order, bundle)
    url = link.url if link and forms.holds_link(event, bundle) else ""
    products = event.products if Form.products in bundle else ()
    assets = drawings.assets(templates, event, bundle[0], url=url, products=products, proof=proof)
    title = order.catalogues.fill(forms.title(bundle[0]), ORIGINAL, event_title=facts.title(event, ORIGINAL).text)
    html = templates.render(
        "letter/letter.html",
        ORIGINAL,
        title=f"{title} – {recipient.name_id}",
        dated=event.letter.date.isoformat() if event.letter.date else "",
        office="org.province" if event.signatory.kind is SignatoryKind.governor else "org.agency",
        emblem=drawings.emblem(assets),
        event=event,
        number=invitation.number,
        revision=invitation.revision,
        link=url,
        gender=names.gender(recipient),
        phrases=_phrases(recipient),
        names_mission=names.named_below(recipient),
        pages=pages,
        **fields,
    )
    return Letter(
        event=event.slug,
        code=recipient.code,
        revision=invitation.revision,
        form=bundle[0],
        title=title,
        languages=tuple(dict.fromkeys(words.language for page in pages for words in page.words)),
        sheets=len(pages),
        html=html,
        assets=assets,
    )


def _translation(recipient: Recipient, catalogues: Catalogues) -> str:
    """The language that stands beside the original."""
    try:
        return facts.beside(names.language_for(recipient, catalogues))
    except LookupError as error:
        raise RenderError("no_language", code=recipient.code, locale=recipient.locale) from error


def _phrases(recipient: Recipient) -> Mapping[str, str]:
    """The keys that follow the class of the head: an ambassador's, a chargé's, a vacant post's."""
    stems = (
        "addressee",
        "salutation",
        "letter.opening",
        "letter.hope",
        "letter.representative",
        "letter.link_personal",
        "letter.closing",
    )
    return {stem.rpartition(".")[2]: names.phrase(stem, recipient) for stem in stems}
