"""What is fixed before it may leave: messages, enclosures, letters on their way into the store and in it."""

from __future__ import annotations

from dataclasses import dataclass

from invites.model.batch import Invitation
from invites.model.delivery import MessageKind
from invites.model.link import Link
from invites.model.message import Envelope, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One frozen message: its kind, whose it is and where it goes, the sha256 of the blob that holds its text."""

    kind: MessageKind
    message_id: str
    envelope: Envelope
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A PDF beside the letter: its form, the sha256 of its blob, its size in bytes."""

    form: Form
    document: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLetter:
    """A letter that came back signed: its blob, and the message that carries it now; None when no mail does."""

    code: str
    document: str
    outgoing: Outgoing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLetter:
    """A letter of a batch as it lies in the store; `signed` is None until it has come back."""

    invitation: Invitation
    document: str
    signed: str | None
    enclosures: tuple[Enclosure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One frozen letter on its way into the store: what was approved is what is sent."""

    invitation: Invitation
    link: Link
    token_hash: str
    document: str
    document_size: int
    outgoing: tuple[Outgoing, ...]
    #: keyed hash of the letter's verification code
    verify_hash: str = ""
    enclosures: tuple[Enclosure, ...] = ()
