"""Who the client is, and one log line a request that names the route, never the link."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from invites.web.limits import network_of

_log = logging.getLogger("invites.access")


class ClientAddress:
    """ASGI middleware that puts the visitor's address into `scope["client"]`.

    X-Forwarded-For is believed only from a trusted proxy, and read from the right: the rightmost address that
    is no trusted proxy is the one that our proxies saw.
    """

    def __init__(self, app: ASGIApp, *, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client"):
            scope["client"] = (self._seen(scope), scope["client"][1])
        await self._app(scope, receive, send)

    def _seen(self, scope: Scope) -> str:
        seen: str = scope["client"][0]
        forwarded = HTTPConnection(scope).headers.getlist("x-forwarded-for")
        for hop in reversed([part.strip() for line in forwarded for part in line.split(",")]):
            if not self._is_proxy(seen):
                break
            seen = hop
        return seen

    def _is_proxy(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._trusted)
        except ValueError:
            return False


class AccessLog:
    """ASGI middleware: method, route, status, milliseconds, the client's network."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            spent = (time.perf_counter() - started) * 1000
            _log.info("%s %s %s %.1f ms %s", scope["method"], route, status, spent, network(scope))


def network(scope: Scope) -> str:
    """The client's /24 or /48, behind any trusted proxy."""
    return network_of(scope["client"][0]) if scope.get("client") else "-"
