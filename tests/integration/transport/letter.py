"""A letter, a claim that counts, and one try to deliver the one under the other."""

from __future__ import annotations

import asyncio

from invites.model.delivery import Outcome
from invites.model.message import Envelope
from invites.ports import Claim as AnyClaim
from invites.ports import Session
from invites.transport.smtp import SmtpTransport
from tests.integration.transport.relay import BendableRelay

ENVELOPE = Envelope(mail_from="protokol@kalselprov.example", rcpt_to="protocol@embassy.example")
CONTENT = (
    b"From: Protokol <protokol@kalselprov.example>\r\n"
    b"To: <protocol@embassy.example>\r\n"
    b"Message-ID: <jakarta.jp.1@kalselprov.example>\r\n"
    b"Subject: Undangan\r\n"
    b"\r\n"
    b".\r\n"
    b"..two dots\r\n"
    b"With the assurances of our highest consideration.\r\n"
)


class Claim:
    """Grants or denies, and counts how often it was asked."""

    def __init__(self, granted: bool = True) -> None:
        self.granted = granted
        self.asked = 0

    async def __call__(self) -> bool:
        self.asked += 1
        return self.granted


def to(relay: BendableRelay) -> SmtpTransport:
    """The way to a relay in clear on loopback."""
    return SmtpTransport("127.0.0.1", relay.port, tls="none", timeout=10, dot_timeout=10)


async def noticed(session: Session) -> None:
    """Returns when the session knows that its line is not in order any more."""
    async with asyncio.timeout(10):
        while session.usable:  # noqa: ASYNC110 - a session has no event to wait for
            await asyncio.sleep(0.002)


async def attempt(
    relay: BendableRelay, claim: AnyClaim, *, content: bytes = CONTENT, patience: float = 10
) -> tuple[Outcome, bool]:
    """One message in a conversation of its own: how it ended, and whether another could have followed.

    `patience` is the wait for each answer, in seconds.
    """
    async with to(relay).session() as session:
        session._within = session._dot_within = patience  # type: ignore[attr-defined]
        outcome = await session.deliver(ENVELOPE, content, claim)
        return outcome, session.usable
