"""A relay that can be bent: at every phase of a conversation it says, cuts or keeps silent as a test asks."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

ESMTP = ("PIPELINING", "8BITMIME", "SMTPUTF8")
_ORDINARY = {
    "greeting": b"220 relay.example ESMTP\r\n",
    "starttls": b"220 2.0.0 ready\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 sender fine\r\n",
    "rcpt": b"250 2.1.5 recipient fine\r\n",
    "data": b"354 go on\r\n",
    "dot": b"250 2.0.0 queued as 4XyZ\r\n",
    "rset": b"250 2.0.0 forgotten\r\n",
    "quit": b"221 2.0.0 bye\r\n",
}
#: the command that may follow one that was taken
_NEXT = {"mail": "rcpt", "rcpt": "data", "data": "mail", "rset": "mail"}


@dataclass(frozen=True, slots=True)
class Does:
    """Says `chunks`, each in a TCP segment of its own, then goes on or does what `then` says."""

    chunks: tuple[bytes, ...] = ()
    then: Literal["go_on", "close", "reset", "silence"] = "go_on"


def says(*chunks: bytes, then: Literal["go_on", "close", "reset", "silence"] = "go_on") -> Does:
    return Does(chunks, then)


CLOSES = Does(then="close")
RESETS = Does(then="reset")
KEEPS_SILENT = Does(then="silence")


class _Gone(Exception):
    """This conversation is over."""


@dataclass
class Heard:
    """What the relay has seen, over all conversations."""

    commands: list[str] = field(default_factory=list)
    #: octets after 354, without the dot's three
    bodies: list[bytes] = field(default_factory=list)
    #: commands behind which the next one was already waiting
    piled: list[str] = field(default_factory=list)
    dots: int = 0
    connections: int = 0
    resets: int = 0

    @property
    def verbs(self) -> list[str]:
        return [command.split(" ")[0].upper() for command in self.commands]


class BendableRelay:
    """`bent` maps a phase (greeting ehlo starttls auth mail rcpt data body dot rset quit) to what happens the first
    time it is reached; "body" is when the first octet after 354 has come. Everything else is ordinary."""

    def __init__(
        self,
        *,
        offers: tuple[str, ...] = ESMTP,
        upgrade: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        inject: bytes = b"",
        **bent: Does,
    ) -> None:
        self.heard = Heard()
        self.port = 0
        self.arrived = 0
        self._offers = offers
        self._upgrade = upgrade
        self._tls = tls
        self._inject = inject
        self._bent = bent
        self._progress = asyncio.Event()
        self._closing = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", 0, ssl=self._tls, limit=2**22)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self._closing.set()
        async with asyncio.timeout(10):
            while self._talks:
                await asyncio.wait(self._talks)
            await self._server.wait_closed()

    async def body_of(self, octets: int) -> None:
        """Returns when so many octets of a body have arrived."""
        async with asyncio.timeout(10):
            while self.arrived < octets:
                self._progress.clear()
                await self._progress.wait()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        self.heard.connections += 1
        with contextlib.suppress(_Gone, ConnectionError, ssl.SSLError):
            try:
                await self._talk(reader, writer)
            except ConnectionResetError:
                self.heard.resets += 1
                raise
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._act("greeting", writer)
        secure = self._tls is not None
        awaited = "mail"
        while line := await reader.readline():
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            self.heard.commands.append(command)
            await asyncio.sleep(0)
            if reader._buffer:
                self.heard.piled.append(command)
            verb = command.split(" ")[0].lower()
            if verb == "ehlo":
                await self._list_offers(writer, secure)
            elif verb == "starttls":
                await self._act("starttls", writer, extra=self._inject)
                assert self._upgrade
                await writer.start_tls(self._upgrade)
                secure = True
            elif verb in _NEXT:
                out_of_turn = None if verb in (awaited, "rset") else b"503 5.5.1 not now\r\n"
                said = await self._act(verb, writer, out_of_turn)
                awaited = _NEXT[verb] if said in (b"2", b"3") else awaited
                if said == b"3":
                    await self._take_body(reader, writer)
            elif verb in _ORDINARY:
                await self._act(verb, writer)
            else:
                writer.write(b"500 5.5.2 what?\r\n")
            if verb == "quit":
                return

    async def _list_offers(self, writer: asyncio.StreamWriter, secure: bool) -> None:
        offers = [*self._offers, *(["STARTTLS"] if self._upgrade and not secure else [])]
        lines = ["relay.example", *offers]
        ordinary = "".join(f"250{'-' if line is not lines[-1] else ' '}{line}\r\n" for line in lines)
        await self._act("ehlo", writer, ordinary.encode())

    async def _take_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b""
        self.arrived = 0
        while not (b"\r\n" + body).endswith(b"\r\n.\r\n"):
            try:
                piece = await reader.read(2**16)
            except ConnectionResetError:
                self.heard.bodies.append(body)
                raise
            if not piece:
                self.heard.bodies.append(body)
                raise _Gone
            body += piece
            self.arrived = len(body)
            self._progress.set()
            if "body" in self._bent:
                self.heard.bodies.append(body)
                await self._act("body", writer, b"")
        self.heard.bodies.append(body[:-3])
        self.heard.dots += 1
        await self._act("dot", writer)

    async def _act(
        self, phase: str, writer: asyncio.StreamWriter, ordinary: bytes | None = None, extra: bytes = b""
    ) -> bytes:
        """Does what is due at this phase; returns the first digit of the last line said."""
        usual = _ORDINARY[phase] if ordinary is None else ordinary
        act = self._bent.pop(phase, Does((usual + extra,)))
        for number, chunk in enumerate(act.chunks):
            if number:
                await asyncio.sleep(0.002)
            writer.write(chunk)
            await writer.drain()
        if act.then == "silence":
            writer.transport.pause_reading()
            await self._closing.wait()
            writer.transport.abort()
        if act.then == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        if act.then != "go_on":
            raise _Gone
        return b"".join(act.chunks).rstrip().rpartition(b"\n")[2][:1]
