"""What the stations need from the world outside, as small interfaces. Doors implement them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from invites.model.delivery import Outcome
from invites.model.message import Document, Envelope, Letter


class Clock(Protocol):
    """The time. Tests turn it by hand."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Blobs(Protocol):
    """Bytes at rest, encrypted, by the sha256 (hex) of their plain content."""

    def put(self, content: bytes) -> str:
        """Store and fsync; the same bytes twice are one blob. Returns the sha256. DiskFull: StoreError."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes, checked against their sha256. StoreError when missing or changed."""
        ...


class Renderer(Protocol):
    """Makes PDFs."""

    def render(self, letter: Letter) -> Document:
        """The PDF of one letter, checked (fonts, glyphs, page count). RenderError, MissingSystemPart."""
        ...

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        """The PDFs of many letters in their order, each checked like one. A letter may be asked for twice."""
        ...

    def close(self) -> None:
        """Let go of faces, layouts and processes; the next letter loads them again."""
        ...


class Signer(Protocol):
    """Signs PDFs."""

    @property
    def issuer(self) -> str:
        """Who issued the certificate, as the letter names it; "" when nothing is signed."""
        ...

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> bytes:
        """The signed PDF; `pdf` is its beginning, byte for byte. SigningError."""
        ...


Claim = Callable[[], Awaitable[bool]]


class Session(Protocol):
    """One open conversation with a relay."""

    async def deliver(self, envelope: Envelope, content: bytes, claim: Claim) -> Outcome:
        """Send one message. `claim` is awaited once, after envelope and body are out and before the final
        dot; the dot goes only when it returned True, else the socket is closed (Moment.not_claimed).
        Never raises for what the server or the line does: that is the Outcome."""
        ...

    @property
    def usable(self) -> bool:
        """Whether another message may go over this conversation."""
        ...


class Transport(Protocol):
    """A relay."""

    @property
    def name(self) -> str:
        """What the lease is taken on: "smtp://host:port", "maildir:…"; no password."""
        ...

    @property
    def live(self) -> bool:
        """False for a rehearsal (Maildir, the embedded sink): R015 binds live relays only."""
        ...

    def session(self) -> AbstractAsyncContextManager[Session]:
        """Connect, TLS, AUTH. Raises errors.DeliveryError when the relay can't be used at all."""
        ...
