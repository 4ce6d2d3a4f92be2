"""One line to a relay: octets out, whole replies in, in order (RFC 5321 §4.2)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections import deque
from dataclasses import dataclass

_REPLY_LINE = re.compile(rb"([1-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
#: octets; a real EHLO is a few hundred
_LONGEST_REPLY = 32_768
#: octets that are handed to the transport at a time
_PIECE = 65_536
#: characters of a server's words that are kept
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the relay said: three digits and its words, lines joined by "\\n"."""

    code: int
    text: str

    @property
    def digit(self) -> int:
        """The first digit; it alone decides (RFC 5321 §4.2.1)."""
        return self.code // 100


class LineLost(Exception):
    """The line is cut, silent, or says what is no SMTP reply; the text tells which."""


def words(raw: bytes) -> str:
    """At most 500 printable characters; a control sequence of the server never reaches a terminal."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    shown = "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return shown.strip()[:_LONGEST_WORDS]


class Line(asyncio.Protocol):
    """Takes over an open transport, TLS or plain, after the relay's last answer to somebody else."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._unfinished = b""
        self._lines: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._fault = ""
        self._news = asyncio.Event()
        self._pieces: deque[bytes] = deque()
        self._flowing = True
        self._empty = asyncio.Event()
        self._gone = asyncio.Event()
        # To be told when the last octet is out: a plain transport pauses above its mark, a TLS one at it.
        over_tls = transport.get_extra_info("sslcontext") is not None
        transport.set_write_buffer_limits(high=1 if over_tls else 0, low=0)
        transport.set_protocol(self)

    @property
    def quiet(self) -> bool:
        """Whether the line is whole and nothing was said that nobody asked for."""
        return not (self._fault or self._replies or self._lines or self._unfinished)

    def write(self, octets: bytes) -> None:
        """Send, in the background if need be."""
        self._pieces.extend(octets[start : start + _PIECE] for start in range(0, len(octets), _PIECE))
        self._feed()

    async def reply(self, within: float) -> Reply:
        """The next reply. LineLost when none is whole after `within` seconds or the line is gone first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self._replies and not self._fault:
                    self._news.clear()
                    await self._news.wait()
        if not self._replies:
            raise LineLost(self._fault or f"no answer within {within:g} s")
        return self._replies.popleft()

    async def sent(self, within: float) -> None:
        """Until everything written is out. LineLost when the relay doesn't take it within that many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._empty.wait()
        except TimeoutError:
            raise LineLost(f"not read within {within:g} s") from None

    def unasked(self) -> Reply | None:
        """A reply that came without a question. LineLost when the line is gone or in the middle of one."""
        if self._replies:
            return self._replies.popleft()
        if not self.quiet:
            raise LineLost(self._fault or "an answer without a question")
        return None

    def abort(self) -> None:
        """Cut the line; what is still buffered, here or in the kernel, is not sent."""
        self._fail("closed by us")
        if self._gone.is_set():
            return
        with contextlib.suppress(OSError):
            no_linger = struct.pack("ii", 1, 0)
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
        self._transport.abort()

    async def hang_up(self, within: float) -> None:
        """Close in order, cut after `within` seconds, return when the socket is closed."""
        if not self._transport.is_closing():
            self._transport.close()
        try:
            async with asyncio.timeout(within):
                await self._gone.wait()
        except TimeoutError:
            self.abort()
            await self._gone.wait()

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        if self._fault:
            return
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        for line in lines:
            self._take(line.removesuffix(b"\r"))
        if len(self._unfinished) + sum(map(len, self._lines)) > _LONGEST_REPLY:
            self._fail("an endless answer")
        self._news.set()

    def _take(self, line: bytes) -> None:
        found = _REPLY_LINE.fullmatch(line)
        if self._fault or found is None or (self._lines and self._lines[0][:1] != line[:1]):
            self._fail(words(b"no SMTP answer: " + line))
            return
        self._lines.append(line)
        code, mark, _ = found.groups()
        if mark != b"-":
            text = b"\n".join(said[4:] for said in self._lines)
            self._replies.append(Reply(code=int(code), text=words(text)))
            self._lines.clear()

    def pause_writing(self) -> None:
        """Called by the event loop when octets have to wait."""
        self._flowing = False

    def resume_writing(self) -> None:
        """Called by the event loop when none wait any more."""
        self._flowing = True
        self._feed()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop, once."""
        self._fail(f"connection lost: {exc}" if exc else "connection closed by the relay")
        self._gone.set()
        self._empty.set()

    def _feed(self) -> None:
        """Piece by piece: a TLS transport hands all that it has to a full socket's buffer and calls itself empty."""
        while self._pieces and self._flowing and not self._fault:
            self._transport.write(self._pieces.popleft())
        if self._flowing and not self._pieces:
            self._empty.set()
        else:
            self._empty.clear()

    def _fail(self, why: str) -> None:
        self._fault = self._fault or why
        self._news.set()
