"""What a person does with a browser, and what a person reads."""

from __future__ import annotations

import re
from html import unescape

from httpx2 import Response
from starlette.testclient import TestClient

from tests.integration.web.world import BASE_URL, World

_INLINE = r"</?(?:bdi|span|b|strong|a)\b[^>]*>"


def visible(html: str) -> str:
    """The text of a page as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(_INLINE, "", html))).split())


def row_of(page: str, code: str) -> str:
    """What the desk's table says of one embassy."""
    found = re.search(rf'<tbody[^>]* id="{code}".*?</tbody>', page, re.DOTALL)
    assert found
    return visible(found[0])


def send(visitor: TestClient, world: World, code: str, **fields: str | list[str]) -> Response:
    """Load the form and send it."""
    return visitor.post(world.path(code), data={"version": version_in(visitor.get(world.path(code)).text), **fields})


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def form_token(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def submit_login(browser: TestClient, name: str, password: str, **headers: str) -> Response:
    """Open the login page and send its form."""
    page = browser.get("/desk/login").text
    fields = {"token": form_token(page), "name": name, "password": password}
    return browser.post("/desk/login", data=fields, headers={"Origin": BASE_URL, **headers})
