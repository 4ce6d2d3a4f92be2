"""Debian's chromium in front of the real site: uvicorn on loopback, SQLite, no JavaScript of ours to help."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from invites.web.app import create_app
from tests.conftest import chromium
from tests.integration.web.world import SESSION_KEY, World, lay_out, open_world

OpenPage = Callable[..., Page]
#: a 4xx page, and a mail whose script was kept still
_EXPECTED = ("Failed to load resource: the server responded with a status of 4", "Blocked script execution in")
TIMEOUT = 10_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with this package: while Playwright runs, no other test of this process may use an event loop."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("blueprint"))


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    (folder / "new").mkdir(parents=True)
    return folder


@pytest.fixture
def world(tmp_path: Path, blueprint: Path, mailbox: Path) -> Iterator[World]:
    """The house of Bali's letters, served under its own base URL."""
    shutil.copytree(blueprint, tmp_path, dirs_exist_ok=True)
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        with open_world(tmp_path, base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as opened:
            app = create_app(opened.house, session_key=SESSION_KEY, mailbox=mailbox)
            config = uvicorn.Config(app, access_log=False, log_config=None, proxy_headers=False, lifespan="off")
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield opened
            server.should_exit = True
            thread.join()


@pytest.fixture
def open_page(browser: Browser, world: World) -> Iterator[OpenPage]:
    """Open an address in a fresh browser. Every request must stay with us, and nothing may be complained of."""
    contexts: list[BrowserContext] = []
    strayed: list[str] = []
    complaints: list[str] = []

    def opened(path: str, *, width: int = 390, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            base_url=world.house.base_url,
        )
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: strayed.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in strayed if not url.startswith(world.house.base_url)] == []
    assert [text for text in complaints if not text.startswith(_EXPECTED)] == []


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
