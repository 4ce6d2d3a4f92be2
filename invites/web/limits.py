"""What one client may do: fail so often, counted a network and in memory, and send so much."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from threading import Lock

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_IPV4_PREFIX, _IPV6_PREFIX = 24, 48


def network_of(client: str) -> str:
    """The /24 or /48 of an address, since one visitor owns many; anything else stands for itself."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    mapped = getattr(address, "ipv4_mapped", None)
    prefix = _IPV4_PREFIX if mapped or address.version == 4 else _IPV6_PREFIX  # noqa: PLR2004
    return str(ip_network(f"{mapped or address}/{prefix}", strict=False))


class Failures:
    """At most `limit` failures a network within `window` seconds of its first one."""

    def __init__(
        self, *, limit: int, window: float, remembered: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._window = window
        self._remembered = remembered
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[str, tuple[float, int]] = {}

    def exceeded(self, network: str) -> bool:
        """Whether this network has used up its failures for now."""
        with self._lock:
            return self._count(network)[1] >= self._limit

    def add(self, network: str) -> None:
        """One more failure. The longest remembered networks make room when there are too many."""
        with self._lock:
            since, count = self._count(network)
            self._keep(network, since, count + 1)

    def take(self, network: str) -> bool:
        """Count a failure before it is known whether it is one, so that many tries at once find no gap. False when
        this network has used up its failures."""
        with self._lock:
            since, count = self._count(network)
            if count >= self._limit:
                return False
            self._keep(network, since, count + 1)
            return True

    def give_back(self, network: str) -> None:
        """What was taken was no failure."""
        with self._lock:
            since, count = self._count(network)
            if count:
                self._keep(network, since, count - 1)

    def _keep(self, network: str, since: float, count: int) -> None:
        self._counts[network] = (since, count)
        while len(self._counts) > self._remembered:
            del self._counts[next(iter(self._counts))]

    def _count(self, network: str) -> tuple[float, int]:
        now = self._clock()
        since, count = self._counts.get(network, (now, 0))
        if now - since >= self._window:
            del self._counts[network]
            return now, 0
        return since, count


class BodyLimit:
    """ASGI middleware: a body of more than `most` bytes is HTTPException 413 to whoever reads it.

    Starlette's own middleware answers past the error pages, in English alone.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
