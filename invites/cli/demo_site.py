"""The demonstration's own site and sinks on loopback, and the embassies that answer over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from invites import pipeline
from invites.bootstrap import open_transport
from invites.cli.serve import send_what_waits, server
from invites.cli.texts import say
from invites.config import Settings
from invites.errors import InvitesError, MissingSystemPart
from invites.house import House
from invites.model.user import Role

if TYPE_CHECKING:
    from invites.rehearsal.sink import Sink

_USER = "sari"
_STARTS_WITHIN = 20.0


class DemoSurprise(InvitesError):
    """The demonstration met what it did not expect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One embassy's form."""

    code: str
    fields: dict[str, list[str]] = field(default_factory=dict)


def answers() -> Iterator[Answered]:
    """Four embassies: one accepts with delegates, one sends a representative, one declines, one changes."""
    contact = {"contact_name": ["Sekretariat Protokol"], "contact_phone": ["+62 21 0000 0000"]}
    yield Answered(
        code="JP",
        fields={
            "answer": ["accept"],
            "delegate_name": ["Contoh Satu", "Contoh Dua"],
            "delegate_position": ["Atase Perdagangan", "Sekretaris Pertama"],
            "spouse": ["yes"],
            "diet": ["halal"],
            **contact,
        },
    )
    yield Answered(
        code="AU",
        fields={
            "answer": ["representative"],
            "representative_name": ["Contoh Tiga"],
            "representative_position": ["Trade Commissioner"],
            **contact,
        },
    )
    yield Answered(code="NL", fields={"answer": ["decline"], **contact})
    yield Answered(code="TH", fields={"answer": ["accept"], "names_to_follow": ["yes"], **contact})
    yield Answered(
        code="TH",
        fields={
            "answer": ["representative"],
            "representative_name": ["Contoh Empat"],
            "representative_position": ["Minister-Counsellor"],
            **contact,
        },
    )


class Site:
    """The reply page, the desk and the mailbox, with a sink for letters and one for confirmations."""

    def __init__(self, settings: Settings, house: House, listening: socket.socket) -> None:
        self._house = house
        self._base = settings.base_url
        self._password = secrets.token_urlsafe(12)
        mail = settings.database.parent / "mail"
        self.sink = _sink(mail)
        self._confirmations = _sink(mail / ".confirmations")  # a folder of the Maildir (Maildir++)
        self.settings = settings
        self._server = server(house, settings.session_key, proxies=[], mailbox=mail)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="site", daemon=True
        )

    def __enter__(self) -> Self:
        self.sink.start()
        self._confirmations.start()
        self.settings = _sending_to(self.settings, self.sink)
        self._house.store.users.add(_USER, Role.staff, self._password, by=_USER, at=self._house.clock.now())
        self._thread.start()
        until = time.monotonic() + _STARTS_WITHIN
        while not self._server.started and self._thread.is_alive() and time.monotonic() < until:
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.sink.stop()
        self._confirmations.stop()

    def addresses(self) -> list[str]:
        """The desk and the mailbox, for people."""
        return [
            say("demo.desk", url=f"{self._base}/desk", name=_USER, password=self._password),
            say("demo.mailbox", url=f"{self._base}/rehearsal"),
        ]

    def answer(self, url: str, answered: Answered) -> Answered:
        """Open the page as an embassy does, fill in its form and send it."""
        version = re.search(r'name="version" value="([0-9]+)"', _fetch(url))
        fields = {**answered.fields, "version": [version[1] if version else ""]}
        _fetch(url, urllib.parse.urlencode(fields, doseq=True).encode())
        return answered

    def send_confirmations(self) -> int:
        """Send what the answers owe; returns how many mails."""
        relay = open_transport(_sending_to(self.settings, self._confirmations), rehearsal=True)
        return asyncio.run(pipeline.send_waiting(self._house, relay))

    def serve_until_interrupted(self) -> None:
        """Let people answer and look until Ctrl-C."""
        relay = open_transport(_sending_to(self.settings, self._confirmations), rehearsal=True)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(send_what_waits(self._house, relay, asyncio.Event()))


def _fetch(url: str, body: bytes | None = None) -> str:
    try:
        with urllib.request.urlopen(url, body) as response:  # noqa: S310 - our own page on loopback
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        raise DemoSurprise("demo_surprise", what=f"{url}: {error.code}") from error


def _sink(mail: Path) -> Sink:
    """An SMTP server on loopback. MissingSystemPart without the extra `demo`, which brings its library."""
    try:
        from invites.rehearsal.sink import Sink  # noqa: PLC0415 - the other verbs do without that library
    except ModuleNotFoundError as missing:
        raise MissingSystemPart("missing_system_part", parts=missing.name, line="pip install 'invites[demo]'") from None
    return Sink(mail)


def _sending_to(settings: Settings, sink: Sink) -> Settings:
    return replace(settings, values={**settings.values, "INVITES_SMTP_URL": sink.url})
