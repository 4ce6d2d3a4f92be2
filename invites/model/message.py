"""Letter (the text), Document (the PDF), Message (RFC 5322) and Envelope (RFC 5321)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """What a sheet or a PDF of an invitation is."""

    letter = "letter"
    note = "note"
    card = "card"
    reply_card = "reply_card"
    programme = "programme"
    products = "products"
    update = "update"
    postponement = "postponement"
    cancellation = "cancellation"
    pour_memoire = "pour_memoire"
    thanks = "thanks"


class Variant(StrEnum):
    """The standard that a PDF follows."""

    #: tagged for screen readers
    ua1 = "pdf/ua-1"
    #: tagged too, for archives; may hold files
    a3a = "pdf/a-3a"


class RenderMode(StrEnum):
    """How letters are set."""

    #: fifty letters of one layout or more are set together, others in full
    auto = "auto"
    #: each on its own
    full = "full"
    #: six of one layout or more are set together
    instanced = "instanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The text of one embassy's letter, or of what lies beside it, ready for a renderer.

    `form` is what it is; a letter may hold its enclosures as further sheets.
    `html` is a whole document; `assets` maps the names behind its `asset:` addresses to bytes; `languages`
    are the catalogue tags of its blocks in order ("id" first); `sheets` is the number of pages that it must fill,
    one for each element with the id sheet-1, sheet-2 … `attachments` go into the PDF, where its `variant` allows it.
    It holds a reply link: a secret.
    """

    event: str
    code: str
    revision: int
    form: Form = Form.letter
    title: str
    languages: tuple[str, ...]
    sheets: int = 1
    html: str = field(repr=False)
    assets: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    variant: Variant = Variant.ua1
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A finished PDF: its form, bytes, their sha256 (hex), pages, embedded font families."""

    form: Form = Form.letter
    pdf: bytes
    sha256: str
    pages: int
    fonts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels with a message; `filename` is ASCII."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a message says: one subject, the same facts as text and as HTML, in `languages` order."""

    subject: str
    text: str
    html: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """MAIL FROM and RCPT TO (RFC 5321). One recipient a message, always."""

    mail_from: str
    rcpt_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A finished RFC 5322 message but for its `Date`, CRLF line ends, and where it goes."""

    message_id: str
    envelope: Envelope
    content: bytes
