"""The forms of an invitation as pages: which template, in which languages, in which PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from invites.compose import drawings
from invites.compose.sheets import ORIGINAL, Item, Words, item, words_of
from invites.errors import RenderError
from invites.model.event import Bundle, Event, LinkOn, Product, ProductGroup
from invites.model.message import Form
from invites.model.recipient import Channel, HeadClass, Recipient
from invites.words import names
from invites.words.catalogue import Catalogues

_Entry = TypeVar("_Entry")
#: a letter that follows the invitation: the keys of its subject and of what it says
NOTICES = {
    Form.update: ("email.update.subject", "letter.update.body"),
    Form.postponement: ("email.postponed.subject", "letter.postponed.body"),
    Form.cancellation: ("email.cancel.subject", "letter.cancel.body"),
    Form.pour_memoire: ("email.pour_memoire.subject", "letter.pour_memoire.body"),
    Form.thanks: ("letter.thanks.subject", "letter.thanks.body"),
}
#: letters: numbered, addressed to the head of the post, signed
LETTERS = (Form.letter, *NOTICES)
#: what asks for an answer, so that a reply card goes with it when the link stands on one
_ASKS = (Form.letter, Form.update)
_ENCLOSURES = {Form.programme: "letter.attachment.programme", Form.products: "products.title"}
_TITLES = {
    Form.letter: "letter.subject",
    Form.note: "rsvp.channel.note_verbale",
    Form.card: "letter.subject",
    Form.reply_card: "rsvp.page_title",
    Form.programme: "programme.title",
    Form.products: "products.title",
}
_TEMPLATES = {Form.letter: "sheet", **dict.fromkeys(NOTICES, "notice")}
_BOTH = (Form.card, Form.reply_card)
_ALONE = (Form.note, Form.reply_card)
#: of a post, beside the delegates that the event allows: its head and the spouse, as the reply form takes them
_HEAD_AND_SPOUSE = 2
_IN_A_ROW = 2
_ROWS = 4
_GUESTS = {
    HeadClass.ambassador: "card.guest.ambassador",
    HeadClass.cda_ai: "card.guest.cda",
    HeadClass.cda_titular: "card.guest.cda_titular",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Whose sheets are made: `language` is the translation's, `forms` are all that travel together."""

    event: Event
    recipient: Recipient
    language: str
    forms: tuple[Form, ...]
    catalogues: Catalogues

    def words(self, language: str) -> Words:
        """What all sheets of one language say."""
        return words_of(self.event, self.recipient, language, self.catalogues)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The products of one kind, in rows."""

    key: str
    rows: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet: its form, what it says in its language, or in both, and what only some forms have."""

    form: Form
    words: tuple[Words, ...]
    original: bool = False
    letterhead: bool = False
    subject: str = ""
    body: str = ""
    enclosures: tuple[str, ...] = ()
    programme_apart: bool = False
    groups: tuple[Group, ...] = ()
    guest: str = ""
    admits: int = 0
    ministry: str = ""
    note_to: str = ""
    note_name: str = ""
    note_city: str = ""

    @property
    def template(self) -> str:
        """Its file among the templates."""
        return f"letter/{_TEMPLATES.get(self.form, self.form)}.html"


def forms_of(event: Event, recipient: Recipient) -> tuple[Form, ...]:
    """The forms of an invitation; one that the ministry hands on has a note to the ministry beside it."""
    through = recipient.channel is Channel.via_kemlu and Form.note not in event.forms
    return (*event.forms, Form.note) if through else event.forms


def bundles(event: Event, forms: Sequence[Form], *, reply_card: bool = True) -> Iterator[tuple[Form, ...]]:
    """What stands together in one PDF, in order. A reply card is a PDF of its own, for it holds the link, and comes
    by itself unless `reply_card` is False; a note is one, for it goes to the ministry. An annex without content is
    none."""
    empty = {form for form, content in _contents(event).items() if not content}
    wanted = [form for form in dict.fromkeys(forms) if form not in empty]
    asks = event.link_on is LinkOn.card and any(form in _ASKS for form in wanted)
    if asks and reply_card and Form.reply_card not in wanted:
        wanted.append(Form.reply_card)
    if event.bundle is Bundle.several:
        yield from ((form,) for form in wanted)
        return
    if together := tuple(form for form in wanted if form not in _ALONE):
        yield together
    yield from ((form,) for form in wanted if form in _ALONE)


def pages(order: Order, forms: Sequence[Form]) -> tuple[Page, ...]:
    """The pages of one PDF. RenderError when the list lacks a name that a form needs (R023)."""
    made: list[Page] = []
    for form in forms:
        if form in _BOTH:
            made.append(_card(order, form))
            continue
        for language in (ORIGINAL, "en" if form is Form.note else order.language):
            made += _one_language(order, form, order.words(language))
    return tuple(made)


def holds_link(event: Event, forms: Sequence[Form]) -> bool:
    """Whether the reply link stands in a PDF of these forms: with what asks for an answer, or on the reply card."""
    return Form.reply_card in forms if event.link_on is LinkOn.card else any(form in _ASKS for form in forms)


def guest_of(recipient: Recipient) -> str:
    """The key of the words by which a card invites the head of a post; "" where it names the post or person alone."""
    return _GUESTS.get(recipient.head_class, "") if names.form(recipient) in ("ambassador", "cda") else ""


def title(form: Form) -> str:
    """The key of the title of a PDF that begins with this form."""
    return NOTICES[form][0] if form in NOTICES else _TITLES[form]


def _contents(event: Event) -> dict[Form, Sequence[object]]:
    return {Form.programme: event.programme, Form.products: event.products}


def _one_language(order: Order, form: Form, words: Words) -> list[Page]:
    original = words.language == ORIGINAL
    if form is Form.products:
        return [
            Page(form=form, words=(words,), original=original, groups=groups)
            for groups in _groups(order.event.products, words.language)
        ]
    if form is Form.programme:
        return [Page(form=form, words=(words,), original=original)]
    if form is Form.note:
        return [_note(order, words)]
    subject, body = NOTICES.get(form, ("letter.subject", ""))
    enclosures = tuple(key for each, key in _ENCLOSURES.items() if each in order.forms)
    if not enclosures and order.event.letter.attachment and form is Form.letter:
        enclosures = (f"letter.attachment.{order.event.letter.attachment}",)
    return [
        Page(
            form=form,
            words=(words,),
            original=original,
            letterhead=True,
            subject=subject,
            body=body,
            enclosures=enclosures,
            programme_apart=Form.programme in order.forms,
        )
    ]


def _note(order: Order, words: Words) -> Page:
    """To the ministry, which hands the invitation on or keeps the copy; to the post itself where the list says
    `direct`."""
    recipient = order.recipient
    if not words.mission_to:
        raise RenderError("no_mission_name", code=recipient.code, language=words.language)
    ministry, name, city = (
        order.catalogues.fill(key, words.language) for key in ("note.ministry", "note.ministry_name", "letter.city")
    )
    to_post = recipient.channel is Channel.direct
    body = "note.forward" if recipient.channel is Channel.via_kemlu else "note.copy"
    return Page(
        form=Form.note,
        words=(words,),
        original=words.language == ORIGINAL,
        letterhead=True,
        body="note.opening" if to_post else body,
        ministry=ministry,
        note_to=words.mission_to if to_post else ministry,
        note_name=words.mission if to_post else name,
        note_city=words.city if to_post else city,
    )


def _card(order: Order, form: Form) -> Page:
    return Page(
        form=form,
        words=(order.words(ORIGINAL), order.words(order.language)),
        guest=guest_of(order.recipient),
        admits=order.event.max_delegates + _HEAD_AND_SPOUSE,
    )


def _groups(products: Sequence[Product], language: str) -> Iterator[tuple[Group, ...]]:
    """The groups of each page: a page holds so many rows, and a group goes on where it was cut."""
    ordered = sorted(products, key=lambda product: list(ProductGroup).index(product.group))
    rows = [
        (key, tuple(item(product, language, drawings.picture(product)) for product in row))
        for key, each in groupby(ordered, key=lambda product: product.group)
        for row in _by(_IN_A_ROW, list(each))
    ]
    for page in _by(_ROWS, rows):
        yield tuple(
            Group(key=key, rows=tuple(row for _, row in entries))
            for key, entries in groupby(page, key=lambda entry: entry[0])
        )


def _by(size: int, entries: Sequence[_Entry]) -> Iterator[Sequence[_Entry]]:
    return (entries[at : at + size] for at in range(0, len(entries), size))
