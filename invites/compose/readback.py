"""A finished letter or mail read again as its reader will: it holds what is this post's, and nothing of another's."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from invites.compose import drawings
from invites.compose.forms import LETTERS, guest_of, holds_link
from invites.compose.reading import Reader, Sheet, squeezed
from invites.errors import RenderError
from invites.model.batch import Invitation
from invites.model.event import Event, SignatoryKind
from invites.model.link import Link
from invites.model.message import Form, Letter, Mail
from invites.model.recipient import Recipient
from invites.words import names
from invites.words.catalogue import Catalogues, substitute

_NUMBERED = (*LETTERS, Form.note, Form.programme, Form.products)
_NAMING = (*LETTERS, Form.card, Form.reply_card)
_SALUTATIONS = tuple(
    f"salutation.{whom}" for whom in ("ambassador", "cda", "cda_titular", "consulate", "person", "vacant", "other")
)
_ADDRESSEES = tuple(f"addressee.{form}" for form in ("ambassador", "cda", "cda_titular", "consulate", "vacant"))
_GUESTS = tuple(f"card.guest.{form}" for form in ("ambassador", "cda", "cda_titular"))
_CLOSINGS = tuple(f"letter.closing{form}" for form in ("", "_cda", "_vacant", "_other"))
#: what a sheet or a mail calls its sender, and the ministry, whoever reads it
_EVERYBODYS = (
    *("note.ministry", "note.ministry_name", "org.province", "org.agency"),
    *(f"letter.signatory.{kind}" for kind in SignatoryKind),
)
#: put around values in the text of a mail
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
#: what stands on the page in place of a link, in an error: a link is a secret
_A_LINK = "https://…"
#: as many characters as the names are looked up by
_START = 2
#: scripts that put no space between words, so that a name may touch what is around it
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")


def _unverified(_invitation: Invitation) -> str:
    return ""


class Register:
    """What belongs to whom: names, numbers, links and verification addresses of all invitations of a batch.

    Built once; a letter is then read in time that its own length sets, however many invitations there are.
    `verification` tells the address that a letter prints, with its code as the last part; "" when it prints none.
    """

    def __init__(
        self,
        invitations: Iterable[tuple[Invitation, Link | None]],
        verification: Callable[[Invitation], str] = _unverified,
    ) -> None:
        self._owners: dict[str, set[str]] = {}
        self._secrets: set[str] = set()
        self._codes: set[str] = set()
        for invitation, link in invitations:
            secrets = (link.url, link.token) if link else ()
            codes = _codes(verification(invitation))
            self._secrets.update(secrets)
            self._codes.update(codes)
            for text in (*_own_texts(invitation), *secrets, *codes):
                if len(shown := squeezed(text)) >= _START:
                    self._owners.setdefault(shown, set()).add(invitation.code)
        lengths: dict[str, set[int]] = {}
        for text in self._owners:
            lengths.setdefault(text[:_START], set()).add(len(text))
        self._lengths = {start: sorted(each, reverse=True) for start, each in lengths.items()}

    def others(
        self, text: str, code: str, *, copy: bool = False, unverified: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Whatever in `text` belongs to somebody else: what it is, and whose. Of names that begin alike the longest
        counts: the Embassy of Nigeria is not the one of Niger. In a `copy` nobody's link may stand, its own neither;
        where it is `unverified`, as a specimen is, nobody's verification code."""
        at = 0
        while at < len(text):
            found = next(
                (text[at : at + n] for n in self._lengths.get(text[at : at + _START], ()) if self._is(text, at, n)), ""
            )
            barred = (copy and found in self._secrets) or (unverified and found in self._codes)
            if found and (code not in self._owners[found] or barred):
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
    verification: str = "",
) -> None:
    """Read a finished letter again; the caller has it rendered only when this returns. `link` None: it is a copy;
    `verification` is the address that it prints, "" when nobody may find it genuine.

    RenderError `letter_lacks` when a sheet lacks the post's own name, number, form of address, link or verification;
    `letter_address_form` when it holds a salutation or closing that is due to another rank;
    `letter_foreign` when it holds the name, number, link or code of any other invitation in `register`.
    """
    reader = Reader()
    reader.feed(letter.html)
    where = {"event": letter.event, "code": letter.code}
    for sheet in reader.sheets:
        for what in _lacking(sheet, event, invitation, link, verification):
            raise RenderError("letter_lacks", **where, form=sheet.form, what=what)
        for what in _misaddressed(sheet, invitation.recipient, catalogues):
            raise RenderError("letter_address_form", **where, form=sheet.form, what=what)
    everything = " | ".join((*reader.outside, *(text for sheet in reader.sheets for text in sheet.all)))
    common = _common(event, letter.languages, catalogues)
    for what, other in register.others(everything, invitation.code, copy=link is None, unverified=not verification):
        if what not in common:
            raise RenderError("letter_foreign", **where, what=what, other=other)
    drawn = letter.assets.get("qr.svg")
    if drawn is not None and (link is None or drawn != drawings.qr(link.url)):
        raise RenderError("letter_foreign", **where, what="QR", other="?")


def check_mail(
    mail: Mail,
    event: Event,
    invitation: Invitation,
    link: Link | None,
    *,
    register: Register,
    catalogues: Catalogues,
) -> None:
    """Read again, as text and as HTML, the mail that carries a letter or hands it to the ministry; the caller queues
    it only when this returns. `link` None: it brings a copy. Not for confirmations: those name whom a guest named.

    RenderError `letter_lacks` when a part lacks the invitation's number or link; `letter_foreign` when the mail holds
    the name, number, link or verification code of any other invitation in `register`, or its own code.
    """
    reader = Reader()
    reader.feed(mail.html)
    reader.close()
    plain = [squeezed(line.translate(_ISOLATES)) for line in (mail.subject, *mail.text.splitlines())]
    where = {"event": event.slug, "code": invitation.code}
    for part in (plain, reader.outside):
        if invitation.number and not _holds(part, invitation.number):
            raise RenderError("letter_lacks", **where, form="mail", what=invitation.number)
        if link and link.url not in part:
            raise RenderError("letter_lacks", **where, form="mail", what=_A_LINK)
    common = _common(event, mail.languages, catalogues)
    everything = " | ".join((*plain, *reader.outside))
    for what, other in register.others(everything, invitation.code, copy=link is None, unverified=True):
        if what not in common:
            raise RenderError("letter_foreign", **where, what=what, other=other)


def _lacking(sheet: Sheet, event: Event, invitation: Invitation, link: Link | None, verification: str) -> Iterator[str]:
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
    if verification and form in LETTERS and not _holds(sheet.all, verification):
        yield verification


def _misaddressed(sheet: Sheet, recipient: Recipient, catalogues: Catalogues) -> Iterator[str]:
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
        yield from sorted((every - due - {squeezed(name)}) & there)


def _due(form: Form, recipient: Recipient) -> list[tuple[str, str]]:
    gender = names.gender(recipient)
    if form is Form.card:
        guest = guest_of(recipient)
        return [(guest, gender)] if guest else []
    return [(names.phrase(stem, recipient), gender) for stem in ("addressee", "salutation", "letter.closing")]


def _said(key: str, language: str, gender: str, name: str, catalogues: Catalogues) -> str:
    text = catalogues.get(key, language, gender=gender).text
    return squeezed(substitute(text, {"mission_name": name, "name": name}, str))


def _own_texts(invitation: Invitation) -> Iterator[str]:
    recipient = invitation.recipient
    yield from (recipient.name_id, recipient.name_en, recipient.mission_name_local, recipient.head_name)
    yield from (recipient.mission_to_id, recipient.mission_to_en, recipient.mission_to_local)
    yield invitation.number


def _codes(address: str) -> tuple[str, ...]:
    """A verification address, and its code alone, as printed and as typed."""
    code = address.rpartition("/")[2]
    return (address, code, code.replace("-", "")) if address else ()


def _common(event: Event, languages: Iterable[str], catalogues: Catalogues) -> str:
    """What is said to everybody in these languages: a name in it gives nobody away."""
    said = [*event.titles.values(), *event.venue.values(), *event.copies, event.letter.place]
    said += [event.contact.name, event.contact.phone, event.contact.email]
    said += [event.signatory.name, event.signatory.issuer]
    said += [text for product in event.products for text in (*product.names.values(), product.maker, product.place)]
    said += [catalogues.get(key, language).text for language in (*languages, "id") for key in _EVERYBODYS]
    return squeezed(" | ".join(said))


def _holds(texts: Iterable[str], wanted: str) -> bool:
    return any(squeezed(wanted) in text for text in texts)


def _joined(before: str, after: str) -> bool:
    """Whether two characters belong to one word."""
    return before.isalnum() and after.isalnum() and not (_unspaced(before) or _unspaced(after))


def _unspaced(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_UNSPACED)
