"""A relay by SMTP: aiosmtplib connects, secures and logs in; the mail transactions are ours."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, cast

import aiosmtplib

from invites.errors import ConfigurationError, DeliveryError
from invites.ports import Session
from invites.transport.conversation import Conversation
from invites.transport.line import Line, words

Tls = Literal["starttls", "tls", "none"]

_SETTING = "INVITES_SMTP_URL"
#: characters from which on a word that occurs in a secret gives it away
_TELLING = 5


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """A relay (ports.Transport). TLS with a checked certificate is required; "none" is for loopback alone.

    `timeout` is the wait for each answer before the final dot, `dot_timeout` for the dot's, in seconds
    (RFC 5321 §4.5.3.2.6: ten minutes). `ehlo_name` defaults to this host's name, or its address where that
    is no domain. `context` trusts other authorities than the system's. `rehearsal` says that the relay is the
    embedded sink. ConfigurationError for TLS "none" off loopback, ValueError for a rehearsal off loopback.
    """

    host: str
    port: int
    _: KW_ONLY
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    rehearsal: bool = False
    timeout: float = 120.0
    dot_timeout: float = 600.0
    ehlo_name: str | None = None
    context: ssl.SSLContext | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.tls == "none" and not _is_loopback(self.host):
            raise ConfigurationError("smtp_without_tls", setting=_SETTING, host=self.host)
        if self.rehearsal and not _is_loopback(self.host):
            raise ValueError("a rehearsal stays on loopback")

    @property
    def name(self) -> str:
        """What the lease is taken on; no password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"smtp://{host}:{self.port}"

    @property
    def live(self) -> bool:
        """Whether real mail may leave."""
        return not self.rehearsal

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Connect, TLS, EHLO, AUTH; QUIT at the end. DeliveryError (`relay_connect`, `relay_greeting`, `relay_tls`,
        `relay_auth`; fields relay, reason) when the relay can't be used at all: nothing was sent then."""
        conversation = await self._open()
        try:
            yield conversation
            await conversation.part()
        except BaseException:
            await conversation.cut()
            raise

    async def _open(self) -> Conversation:
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            timeout=self.timeout,
            use_tls=self.tls == "tls",
            # aiosmtplib's default is to go on in clear when STARTTLS isn't offered.
            start_tls=False,
            tls_context=self.context,
            local_hostname="localhost",
        )
        step = "connect"
        try:
            await client.connect()
            client.local_hostname = self.ehlo_name or _own_name(client)
            if self.tls == "starttls":
                step = "tls"
                await client.starttls()
            step = "greeting"
            await client.ehlo()
            if self.username is not None:
                step = "auth"
                await client.login(self.username, self.password or "")
            return self._take_over(client)
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            client.close()
            # Without the cause: its text may repeat what AUTH sent.
            raise DeliveryError(_key(step, error), relay=self.name, reason=self._reason(error)) from None
        except BaseException:
            client.close()
            raise

    def _take_over(self, client: aiosmtplib.SMTP) -> Conversation:
        transport = client.transport
        if transport is None or transport.is_closing():
            raise aiosmtplib.SMTPServerDisconnected("connection closed by the relay")
        line = Line(cast("asyncio.Transport", transport))
        return Conversation(line, dict(client.esmtp_extensions), within=self.timeout, dot_within=self.dot_timeout)

    def _reason(self, error: Exception) -> str:
        said = str(error)
        if isinstance(error, aiosmtplib.SMTPResponseException):
            said = words(f"{error.code} {error.message}".encode(errors="surrogateescape"))
        return _without_secrets(said, self.username or "", self.password or "")


def _key(step: str, error: Exception) -> str:
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "relay_tls"
    if step == "connect" and isinstance(error, aiosmtplib.SMTPResponseException):
        return "relay_greeting"
    return f"relay_{step}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _own_name(client: aiosmtplib.SMTP) -> str:
    """This host's domain name, else the address that it connects from (RFC 5321 §4.1.4); asks no name server."""
    name = socket.gethostname()
    if "." in name:
        return name
    address = str(client.get_transport_info("sockname")[0])
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _without_secrets(said: str, username: str, password: str) -> str:
    """Some relays repeat the AUTH line that they refuse."""
    if not password:
        return said
    plain = (password, f"\0{username}\0{password}")
    secrets = (*plain, *(base64.b64encode(form.encode()).decode() for form in plain))
    for secret in secrets:
        said = said.replace(secret, "***")
    return " ".join("***" if _gives_away(word, secrets) else word for word in said.split(" "))


def _gives_away(word: str, secrets: Sequence[str]) -> bool:
    return len(word) >= _TELLING and any(word in secret for secret in secrets)
