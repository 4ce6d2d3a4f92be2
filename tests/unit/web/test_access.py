"""Whose address counts when proxies stand between."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from starlette.types import Message, Receive, Scope, Send

from invites.web.access import ClientAddress


async def seen(peer: str, *forwarded: str, trusted: tuple[str, ...] = ("10.0.0.0/8", "::1/128")) -> str:
    """The address that the application sees."""
    found: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope["client"][0])

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    await ClientAddress(application, trusted=[ip_network(one) for one in trusted])(scope, receive, send)
    return found[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.1", "198.51.100.1, 10.9.9.9"), "198.51.100.1"),
        ("10.0.0.1", ("10.0.0.2, 10.0.0.3",), "10.0.0.2"),
        ("::1", ("2001:db8::5",), "2001:db8::5"),
        ("10.0.0.1", ("198.51.100.1, nonsense",), "nonsense"),
        ("10.0.0.1", (), "10.0.0.1"),
    ],
)
async def test_the_rightmost_address_that_is_no_proxy_of_ours_counts(
    peer: str, forwarded: tuple[str, ...], expected: str
) -> None:
    assert await seen(peer, *forwarded) == expected


async def test_without_a_configured_proxy_nobody_is_believed() -> None:
    assert await seen("127.0.0.1", "198.51.100.1", trusted=()) == "127.0.0.1"
