"""A finished letter read again as its reader will: it says what is this post's, and nothing that is another's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from invites.compose import drawings
from invites.compose.forms import LETTERS, guest_of, holds_link
from invites.errors import RenderError
from invites.model.batch import Invitation
from invites.model.event import Event
from invites.model.link import Link
from invites.model.message import Form, Letter
from invites.model.recipient import Recipient
from invites.words import names
from invites.words.catalogue import Catalogues, substitute

#: a block of text goes on through these
_INLINE = ("a", "bdi", "span", "strong")
_VOID = ("br", "img", "meta")
_SHOWN = ("alt", "content", "href", "src", "title")
_NUMBERED = (*LETTERS, Form.note, Form.programme, Form.products)
_NAMING = (*LETTERS, Form.card, Form.reply_card)
_SALUTATIONS = tuple(
    f"salutation.{whom}" for whom in ("ambassador", "cda", "cda_titular", "consulate", "person", "vacant", "other")
)
_ADDRESSEES = tuple(f"addressee.{form}" for form in ("ambassador", "cda", "cda_titular", "consulate", "vacant"))
_GUESTS = tuple(f"card.guest.{form}" for form in ("ambassador", "cda", "cda_titular"))
_CLOSINGS = tuple(f"letter.closing{form}" for form in ("", "_cda", "_vacant", "_other"))
#: what stands on the page in place of a link, in an error: a link is a secret
_A_LINK = "https://…"
#: as many characters as the names are looked up by
_START = 2
#: scripts that put no space between words, so that a name may touch what is around it
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")


class Register:
    """What belongs to whom: names, numbers and links of all invitations of a batch.

    Built once; a letter is then read in time that its own length sets, however many invitations there are.
    """

    def __init__(self, invitations: Iterable[tuple[Invitation, Link | None]]) -> None:
        self._owners: dict[str, set[str]] = {}
        self._secrets: set[str] = set()
        for invitation, link in invitations:
            secrets = (link.url, link.token) if link else ()
            self._secrets.update(secrets)
            for text in (*_own_texts(invitation), *secrets):
                if len(shown := _squeezed(text)) >= _START:
                    self._owners.setdefault(shown, set()).add(invitation.code)
        lengths: dict[str, set[int]] = {}
        for text in self._owners:
            lengths.setdefault(text[:_START], set()).add(len(text))
        self._lengths = {start: sorted(each, reverse=True) for start, each in lengths.items()}

    def others(self, text: str, code: str, *, copy: bool = False) -> Iterator[tuple[str, str]]:
        """Whatever in `text` belongs to somebody else: what it is, and whose. Of names that begin alike the longest
        counts: the Embassy of Nigeria is not the one of Niger. In a `copy` nobody's link may stand, its own neither."""
        at = 0
        while at < len(text):
            found = next(
                (text[at : at + n] for n in self._lengths.get(text[at : at + _START], ()) if self._is(text, at, n)), ""
            )
            if found and (code not in self._owners[found] or (copy and found in self._secrets)):
                yield (_A_LINK if found in self._secrets else found), min(self._owners[found])
            at += len(found) or 1

    def _is(self, text: str, at: int, length: int) -> bool:
        end = at + length
        if end > len(text) or text[at:end] not in self._owners:
            return False
        return not (_joined(text[at - 1 : at], text[at]) or _joined(text[end - 1], text[end : end + 1]))


def check_letter(
    letter: Letter,
    event: Event,
    invitation: Invitation,
    link: Link | None,
    *,
    register: Register,
    catalogues: Catalogues,
) -> None:
    """Read a finished letter again; the caller has it rendered only when this returns. `link` None: it is a copy.

    RenderError `letter_lacks` when a sheet lacks the post's own name, number, form of address or link;
    `letter_address_form` when it holds a salutation or closing that is due to another rank;
    `letter_foreign` when it holds the name, the number or the link of any other invitation in `register`.
    """
    reader = _Reader()
    reader.feed(letter.html)
    where = {"event": letter.event, "code": letter.code}
    for sheet in reader.sheets:
        for what in _lacking(sheet, event, invitation, link):
            raise RenderError("letter_lacks", **where, form=sheet.form, what=what)
        for what in _misaddressed(sheet, invitation.recipient, catalogues):
            raise RenderError("letter_address_form", **where, form=sheet.form, what=what)
    common = _squeezed(" | ".join(_common(event)))
    everything = " | ".join((*reader.outside, *(text for sheet in reader.sheets for text in sheet.all)))
    for what, other in register.others(everything, invitation.code, copy=link is None):
        if what not in common:
            raise RenderError("letter_foreign", **where, what=what, other=other)
    drawn = letter.assets.get("qr.svg")
    if drawn is not None and (link is None or drawn != drawings.qr(link.url)):
        raise RenderError("letter_foreign", **where, what="QR", other="?")


@dataclass(slots=True)
class _Sheet:
    """What one sheet shows: its form, the languages that it speaks, its blocks with the language of each, and its
    attributes."""

    form: str
    languages: list[str] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Every text of the sheet."""
        return [*(text for _, text in self.blocks), *self.attributes]

    def texts(self, language: str) -> list[str]:
        """The blocks in one language."""
        return [text for tag, text in self.blocks if tag == language]


class _Reader(HTMLParser):
    """Collects sheets; what stands before them is in `outside`."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[_Sheet] = []
        self.outside: list[str] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self._flush()
        if "data-form" in found:
            self.sheets.append(_Sheet(form=found["data-form"]))
        if tag not in _VOID:
            self._open.append((tag, found.get("lang") or self._open[-1][1]))
        if tag in ("article", "div") and found.get("lang") and self.sheets:
            self.sheets[-1].languages.append(found["lang"])
        shown = [_squeezed(found[name]) for name in _SHOWN if found.get(name)]
        (self.sheets[-1].attributes if self.sheets else self.outside).extend(shown)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._flush()
        while tag in (name for name, _ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._text += data

    def _flush(self) -> None:
        if (text := _squeezed(self._text)) and self.sheets:
            self.sheets[-1].blocks.append((self._open[-1][1], text))
        elif text:
            self.outside.append(text)
        self._text = ""


def _lacking(sheet: _Sheet, event: Event, invitation: Invitation, link: Link | None) -> Iterator[str]:
    """What must stand on a sheet of this form and doesn't; the words of address are _misaddressed's."""
    form = Form(sheet.form)
    if form in _NUMBERED and invitation.number and not _holds(sheet.all, invitation.number):
        yield invitation.number
    for language in sheet.languages if form in _NAMING else ():
        name = names.mission_name(invitation.recipient, language)
        if not _holds(sheet.texts(language), name):
            yield name
    if link and holds_link(event, (form,)) and link.url not in sheet.attributes:
        yield _A_LINK


def _misaddressed(sheet: _Sheet, recipient: Recipient, catalogues: Catalogues) -> Iterator[str]:
    """Words of address that are due and lack, and words that are due to another rank and stand there."""
    form = Form(sheet.form)
    for language in sheet.languages if form in (*LETTERS, Form.card) else ():
        name = names.mission_name(recipient, language)
        due = {_said(key, language, gender, name, catalogues) for key, gender in _due(form, recipient)}
        there = set(sheet.texts(language))
        yield from sorted(due - there)
        every = {
            _said(key, language, gender, name, catalogues)
            for key in (*_SALUTATIONS, *_CLOSINGS, *_GUESTS, *_ADDRESSEES)
            for gender in ("m", "f", "n")
        }
        yield from sorted((every - due - {_squeezed(name)}) & there)


def _due(form: Form, recipient: Recipient) -> list[tuple[str, str]]:
    gender = names.gender(recipient)
    if form is Form.card:
        guest = guest_of(recipient)
        return [(guest, gender)] if guest else []
    return [(names.phrase(stem, recipient), gender) for stem in ("addressee", "salutation", "letter.closing")]


def _said(key: str, language: str, gender: str, name: str, catalogues: Catalogues) -> str:
    text = catalogues.get(key, language, gender=gender).text
    return _squeezed(substitute(text, {"mission_name": name, "name": name}, str))


def _own_texts(invitation: Invitation) -> Iterator[str]:
    recipient = invitation.recipient
    yield from (recipient.name_id, recipient.name_en, recipient.mission_name_local, recipient.head_name)
    yield from (recipient.mission_to_id, recipient.mission_to_en, recipient.mission_to_local)
    yield invitation.number


def _common(event: Event) -> Iterator[str]:
    """What the event says to everybody: a name in it gives nobody away."""
    yield from (*event.titles.values(), *event.venue.values(), *event.copies)
    yield from (event.contact.name, event.contact.phone, event.contact.email, event.signatory.name)
    yield from (text for product in event.products for text in (*product.names.values(), product.maker, product.place))


def _holds(texts: Iterable[str], wanted: str) -> bool:
    return any(_squeezed(wanted) in text for text in texts)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _joined(before: str, after: str) -> bool:
    """Whether two characters belong to one word."""
    return before.isalnum() and after.isalnum() and not (_unspaced(before) or _unspaced(after))


def _unspaced(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_UNSPACED)
