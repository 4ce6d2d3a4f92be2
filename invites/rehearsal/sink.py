"""The embedded SMTP server of a rehearsal: keeps every message and a ledger of them, on loopback only."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

_READY_WITHIN = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One line of the ledger: `at` is ISO 8601 with offset, `sha256` that of the octets in `file` (its name in
    the Maildir's new/). The line was on the disk before the client heard 250."""

    at: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    message_id: str
    sha256: str
    file: str


def read_ledger(ledger: Path) -> tuple[Kept, ...]:
    """Every message that was taken, in order; empty before the first."""
    if not ledger.exists():
        return ()
    lines = ledger.read_text(encoding="utf-8").splitlines()
    return tuple(Kept(**{**fields, "rcpt_to": tuple(fields["rcpt_to"])}) for fields in map(json.loads, lines))


class Sink:
    """The server in a thread of its own, keeping mail under `folder`. Port 0 takes a free one, known after start.

    ValueError for an address that is not loopback. OSError from start() when the port is taken.
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError("a rehearsal stays on loopback")
        self.maildir = folder
        self.ledger = folder / "ledger.jsonl"
        self.host = host
        self.port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        """For INVITES_SMTP_URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"smtp://{host}:{self.port}?tls=none"

    def kept(self) -> Sequence[Kept]:
        """What the ledger says."""
        return read_ledger(self.ledger)

    def content(self, kept: Kept) -> bytes:
        """The message, octet for octet as it came."""
        return (self.maildir / "new" / kept.file).read_bytes()

    def start(self) -> None:
        """Returns when the server listens."""
        for part in ("tmp", "new", "cur"):
            (self.maildir / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stop, self._failure = asyncio.Event(), None
        self._ready.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="sink", daemon=True)
        self._thread.start()
        if not self._ready.wait(_READY_WITHIN):
            raise TimeoutError("the sink does not start")
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Close every connection and return when the thread has ended."""
        if self._thread and self._loop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        conversations: WeakSet[SMTP] = WeakSet()

        def converse() -> SMTP:
            conversation = SMTP(_Keeper(self), hostname="localhost", ident="rehearsal", enable_SMTPUTF8=True)
            conversations.add(conversation)
            return conversation

        try:
            server = await self._loop.create_server(converse, self.host, self.port)
        except OSError as failure:
            self._failure = failure
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for conversation in list(conversations):
            if conversation.transport:
                conversation.transport.close()
        await server.wait_closed()

    def keep(self, envelope: Envelope) -> None:
        """Make one message and its line in the ledger durable, in this order."""
        content = envelope.original_content or b""
        name = f"{time.time_ns()}.{os.getpid()}_{secrets.token_hex(4)}.sink"
        written = self.maildir / "tmp" / name
        _append(written, content)
        written.rename(self.maildir / "new" / name)
        _sync_folder(self.maildir / "new")
        kept = Kept(
            at=datetime.now(UTC).isoformat(),
            mail_from=envelope.mail_from or "",
            rcpt_to=tuple(envelope.rcpt_tos),
            message_id=str(BytesHeaderParser().parsebytes(content).get("Message-ID", "")),
            sha256=sha256(content).hexdigest(),
            file=name,
        )
        _append(self.ledger, json.dumps(asdict(kept)).encode() + b"\n")


class _Keeper:
    """aiosmtpd's hooks."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """aiosmtpd reads what is pipelined, it only doesn't say so."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Without a pause: a client that hangs up can't leave a message behind that the ledger lacks."""
        try:
            self._sink.keep(envelope)
        except OSError as error:
            return f"452 4.3.1 {error.strerror}"
        return "250 2.0.0 kept"


def _append(file: Path, octets: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as out:
        out.write(octets)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    # A rename survives a power cut only once its folder is on the disk.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
