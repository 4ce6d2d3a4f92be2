"""The trade mission being hosted: when, where, who signs, how embassies answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from invites.model.message import Form

#: stands in a letter's number for the running number
RUNNING = "{n}"


class CalendarMode(StrEnum):
    """How the calendar REQUEST reaches the embassy."""

    #: with the confirmation of an acceptance (default): a REQUEST in the letter's own mail would make
    #: Outlook move the letter to Deleted Items once it is answered
    after_reply = "after_reply"
    #: as a mail of its own beside the letter
    separate = "separate"
    #: as a REQUEST in the letter mail
    in_letter = "in_letter"
    none = "none"


class LinkOn(StrEnum):
    """Where the reply link and its QR code stand."""

    letter = "letter"
    card = "card"


class Bundle(StrEnum):
    """How the forms of an invitation travel."""

    #: one PDF that holds them all
    one = "one"
    #: a PDF a form
    several = "several"


class ProductGroup(StrEnum):
    """What a product is (`products.<group>`); it has a drawing of its own where no picture is given."""

    sasirangan = "sasirangan"
    anyaman = "anyaman"
    creative = "creative"


class SignatoryKind(StrEnum):
    """Who signs; the letterhead follows the signer."""

    governor = "governor"
    on_behalf = "on_behalf"
    agency = "agency"


class Signing(StrEnum):
    """How the letters of an event are signed before they may leave."""

    #: they leave as they were frozen
    none = "none"
    #: signed elsewhere, and given back as files
    upload = "upload"
    #: with a certificate of the office, here
    pades = "pades"


class KemluCopy(StrEnum):
    """How the foreign ministry gets its copy."""

    tembusan = "tembusan"
    message = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeItem:
    """One line of the programme: a local time and the key of its text (`agenda.<key>`)."""

    at: time
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A line of the annex on products.

    `names` maps a catalogue tag to text as a title does; prices are whole rupiah, `price_to` None where there is
    one price; `minimum_order` counts pieces; `picture` is a file beside the event file, or empty.
    """

    group: ProductGroup
    names: Mapping[str, str]
    maker: str
    place: str
    price_from: int
    price_to: int | None = None
    minimum_order: int = 1
    export_ready: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom an embassy may telephone or write to."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What the registry allots and the protocol office decides about the letter itself.

    `number` is shared by all letters, or holds `{n}` for a running number from `first` to `last`; `numbers`
    are those that the registry gave each recipient, by code, and go before.
    """

    number: str = ""
    first: int | None = None
    last: int | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    date: dt.date | None = None
    place: str = "Banjarbaru"
    #: normal, important, urgent (`letter.nature.<key>`)
    nature: str = "important"
    #: a key of `letter.attachment.<key>`, or empty
    attachment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signs and how. `name` stands under the space for the signature; `issuer` names who issued the
    certificate, and only with it does a letter say that it is signed electronically."""

    kind: SignatoryKind = SignatoryKind.governor
    name: str = ""
    signing: Signing = Signing.none
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kemlu:
    """The foreign ministry's copy."""

    email: str
    as_: KemluCopy = KemluCopy.tembusan


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One trade mission. All instants are aware, in `zone`; None means "not fixed yet".

    `titles` and `venue` map a catalogue tag ("id", "en", "zh-Hans") to text; "id" and "en" are always there.
    """

    slug: str
    titles: Mapping[str, str]
    city: str
    venue: Mapping[str, str]
    zone: str
    start: datetime | None
    end: datetime | None
    reply_by: datetime | None
    late_until: datetime | None = None
    programme: tuple[ProgrammeItem, ...] = ()
    dress: str = "batik"
    arrival_minutes: int = 15
    contact: Contact
    letter: LetterFacts
    signatory: Signatory
    copies: tuple[str, ...] = ()
    kemlu: Kemlu | None = None
    max_delegates: int = 4
    expected_recipients: int = 16
    calendar: CalendarMode = CalendarMode.after_reply
    link_on: LinkOn = LinkOn.letter
    #: what an invitation consists of; a reply card comes by itself where the link stands on one
    forms: tuple[Form, ...] = (Form.letter,)
    bundle: Bundle = Bundle.one
    products: tuple[Product, ...] = ()
    #: printed where a sample date must not be taken for a real one (the demo)
    sample_note: bool = False
    #: sha256 of the file that this was read from
    digest: str = field(default="", compare=False)

    @property
    def closes_at(self) -> datetime | None:
        """The instant after which no reply is taken; between reply_by and this, a reply is late."""
        return self.late_until or self.start
