"""A rehearsal relay: each message, durably, as a file in a Maildir; nothing leaves the machine."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from invites.errors import DeliveryError
from invites.model.delivery import Moment, Outcome
from invites.model.message import Envelope
from invites.ports import Claim, Session
from invites.transport.stuffing import check_envelope, stuffed


@dataclass(frozen=True, slots=True)
class MaildirTransport:
    """ports.Transport into the Maildir at `path`, made on first use, readable by its owner alone."""

    path: Path

    @property
    def name(self) -> str:
        """What the lease is taken on."""
        return f"maildir:{self.path}"

    @property
    def live(self) -> bool:
        """Never."""
        return False

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """DeliveryError (`relay_connect`; fields relay, reason) when the Maildir can't be made."""
        try:
            _make(self.path)
        except OSError as error:
            raise DeliveryError("relay_connect", relay=self.name, reason=str(error)) from error
        yield _Writer(self.path)


class _Writer:
    """ports.Session: the renaming into new/ stands for the final dot."""

    usable = True

    def __init__(self, path: Path) -> None:
        self._path = path

    async def deliver(self, envelope: Envelope, content: bytes, claim: Claim) -> Outcome:
        """ports.Session.deliver, with the same checks as on the wire. Every byte of `content` is kept."""
        check_envelope(envelope)
        stuffed(content)
        name = f"{time.time_ns()}.{os.getpid()}_{secrets.token_hex(4)}.invites"
        written = self._path / "tmp" / name
        try:
            _write(written, _trace(envelope) + content)
        except OSError as error:
            _remove(written)
            return Outcome(moment=Moment.relay_unavailable, phase="body", reply_text=str(error))
        try:
            claimed = await claim()
        except BaseException:
            _remove(written)
            raise
        if not claimed:
            _remove(written)
            return Outcome(moment=Moment.not_claimed, phase="claim")
        try:
            _publish(written, self._path / "new" / name)
        except OSError as error:
            return Outcome(moment=Moment.lost_after_dot, phase="dot", reply_text=str(error))
        return Outcome(moment=Moment.taken, phase="dot", reply_text=name)


def _trace(envelope: Envelope) -> bytes:
    """The envelope as final delivery records it (RFC 5321 §4.4, RFC 9228)."""
    return f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {envelope.rcpt_to}\r\n".encode()


def _make(path: Path) -> None:
    for part in ("tmp", "new", "cur"):
        folder = path / part
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write(file: Path, octets: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(octets)
        out.flush()
        os.fsync(out.fileno())


def _publish(written: Path, name: Path) -> None:
    written.rename(name)
    # The rename itself survives a power cut only once the folder is on the disk.
    folder = os.open(name.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove(written: Path) -> None:
    written.unlink(missing_ok=True)
