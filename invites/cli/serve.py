"""`invites serve`: the reply page and the desk; with a relay also the confirmations and what was deferred."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn

from invites import config, logs, pipeline
from invites.bootstrap import open_house, open_transport
from invites.cli.console import line
from invites.cli.options import whole
from invites.cli.texts import language, say
from invites.errors import ConfigurationError, InvitesError
from invites.house import House
from invites.ports import Transport
from invites.web.app import create_app

Host = Annotated[str, typer.Option("--host", metavar=say("metavar.url"), help=say("option.host"))]
Port = Annotated[
    int,
    typer.Option("--port", metavar=say("metavar.number"), help=say("option.port"), parser=whole("--port", 0, 65535)),
]
Proxies = Annotated[
    list[str] | None,
    typer.Option("--trust-proxy", metavar=say("metavar.network"), help=say("option.proxy"), show_default=False),
]

#: seconds
_LOOK_EVERY, _AFTER_TROUBLE = 2.0, 60.0
#: seconds that a message under way may take when the site ends: cut off at its final dot, nobody would know its fate
_TO_FINISH = 30.0


def run(host: Host = "127.0.0.1", port: Port = 8080, trust_proxy: Proxies = None) -> None:
    """Serve until Ctrl-C."""
    settings = config.workspace()
    logs.configure()
    proxies = _networks(trust_proxy or [])
    with open_house(settings) as house:
        transport = open_transport(settings) if settings.has_relay else None
        if transport is None:
            line(say("serve.no_relay"))
        else:
            settings.refuse_samples()
        with _listen(host, port) as listening:
            line(say("serve.at", url=f"{settings.base_url}/desk"))
            address = f"http://{host}:{listening.getsockname()[1]}"
            if address != settings.base_url:
                line(say("serve.listens", address=address))
            site = server(house, settings.session_key, proxies=proxies)
            asyncio.run(_serve(site, listening, house, transport))


def _networks(proxies: list[str]) -> list[str]:
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            raise ConfigurationError("no_network", setting="--trust-proxy", value=proxy) from None
    return proxies


def server(house: House, session_key: bytes, *, proxies: list[str], mailbox: Path | None = None) -> uvicorn.Server:
    """The site, ready to run. uvicorn's own access log would hold links, and its headers name the server."""
    app = create_app(house, session_key=session_key, language=language(), trusted_proxies=proxies, mailbox=mailbox)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError("cannot_listen", setting="--port", port=port, reason=error.strerror) from error


async def _serve(site: uvicorn.Server, listening: socket.socket, house: House, transport: Transport | None) -> None:
    ending = asyncio.Event()
    outbox = asyncio.create_task(send_what_waits(house, transport, ending)) if transport else None
    if outbox:  # it ends before its time only when a setting is wrong, and a site that sends nothing must not go on
        outbox.add_done_callback(lambda _: setattr(site, "should_exit", True))
    try:
        await site.serve(sockets=[listening])
    finally:
        ending.set()
        if outbox:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(outbox, _TO_FINISH)


async def send_what_waits(house: House, transport: Transport, ending: asyncio.Event) -> None:
    """Every few seconds send what is due: confirmations, and letters that a relay deferred. Until `ending`, when the
    messages under way are finished and no other is begun; ConfigurationError when a setting is wrong, and nothing else
    ends it."""
    log = structlog.get_logger()
    pause = _LOOK_EVERY
    while not await _set_within(ending, pause):
        pause = _LOOK_EVERY
        try:
            if await asyncio.to_thread(pipeline.something_waits, house, transport):
                await pipeline.send_waiting(house, transport, stopping=ending.is_set)
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001 - a relay, a disk, a fault of ours: what waits goes later
            # the text of a foreign error may repeat what an embassy wrote
            told = isinstance(error, InvitesError | OSError)
            log.warning("outbox", reason=str(error) if told else type(error).__name__)
            pause = _AFTER_TROUBLE


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
