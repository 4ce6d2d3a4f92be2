"""Mail scanners open every link, several times, before a person does: looking changes nothing, ever."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from invites.model.reply import Answer, Verb
from invites.track import links
from tests.integration.web.conftest import Login
from tests.integration.web.world import BASE_URL, World


def addresses(app: Starlette, world: World) -> list[str]:
    """An address for every route, with a live link where there is one."""
    static = re.findall(r'"(/static/[^"]+)"', TestClient(app, base_url=BASE_URL).get("/r").text)
    token = world.path("JP").removeprefix("/r/")
    paths = [route.path for route in app.routes if isinstance(route, Route) and "GET" in (route.methods or set())]
    filled = [path.replace("{token}", token) for path in paths if "{name}" not in path and "{code}" not in path]
    return [
        *filled,
        *static,
        "/r/none",
        "/nowhere",
        "/v/none",
        f"/v/{world.code('JP')}",
        f"/r/{token}?answer=accept",
        f"/r/{token}?answer=decline&version=0",
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_get_and_head_leave_the_database_as_it_was(
    app: Starlette, visitor: TestClient, log_in: Login, world: World, method: str
) -> None:
    world.answer("JP", Answer(verb=Verb.accept))
    staff = log_in()
    everywhere = addresses(app, world)
    with closing(sqlite3.connect(world.folder / "invites.db")) as watching:
        before, version = world.dump(), watching.execute("PRAGMA data_version").fetchone()
        for _ in range(30):
            for address in everywhere:
                visitor.request(method, address)
                staff.request(method, address)
        assert watching.execute("PRAGMA data_version").fetchone() == version
    assert world.dump() == before


def test_a_link_scanner_does_not_record_a_reply(visitor: TestClient, world: World) -> None:
    """It follows every link of every page, as Safe Links and its kind do, with GET and with HEAD."""
    seen, waiting = set(), [world.path("JP")]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        visitor.head(address)
        response = visitor.get(address)
        if "html" in response.headers.get("content-type", ""):
            waiting += re.findall(r'(?:href|action)="(/[^"]*)"', response.text)
    assert len(seen) > 4
    assert world.history("JP") == []


def dead_tokens(world: World) -> dict[str, str]:
    live = world.link("JP").token
    other_key = links.derive([b"another key of thirty-two bytes!!"], BASE_URL, "bali", "JP").token
    world.end_link("TH", "rotated")
    world.end_link("RU", "revoked")
    return {
        "unknown": other_key,
        "another version": links.derive(world.house.link_keys, BASE_URL, "bali", "JP", 2).token,
        "nothing but zeros": "0" * 26,
        "rotated": world.link("TH").token,
        "revoked": world.link("RU").token,
        "one character less": live[:-1],
        "one character more": f"{live}0",
        "one character off": ("1" if live[0] == "0" else "0") + live[1:],
        "of another alphabet": "я" * 26,
        "hostile": "%00%0a<script>",
        "long": "a" * 2000,
    }


def test_every_dead_link_looks_the_same(visitor: TestClient, world: World) -> None:
    looks = {}
    for why, token in dead_tokens(world).items():
        for below in ("", "/thanks", "/letter.pdf", "/calendar.ics", "?lang=en"):
            response = visitor.get(f"/r/{token}{below}", headers={"Accept-Language": "ja"})
            looks[why, below] = (response.status_code, response.content, tuple(response.headers.multi_items()))
        sent = visitor.post(f"/r/{token}", data={"answer": "accept", "version": "0"})
        looks[why, "POST"] = (sent.status_code, sent.content, tuple(sent.headers.multi_items()))
    assert len(set(looks.values())) == 1
    ((status, content, _),) = set(looks.values())
    assert status == 404
    assert b'lang="id"' in content
    assert b'lang="en"' in content


def test_a_dead_link_tells_nobody_what_was_typed(visitor: TestClient) -> None:
    assert "qwertyqwerty" not in visitor.get("/r/qwertyqwerty").text


def test_a_network_that_keeps_guessing_is_slowed_down_and_a_live_link_still_opens(
    visitor: TestClient, app: Starlette, world: World
) -> None:
    statuses = [visitor.get(f"/r/guess-{number}").status_code for number in range(205)]
    assert statuses == [404] * 200 + [429] * 5
    assert visitor.get(world.path("JP")).status_code == 200
    neighbour = TestClient(app, base_url=BASE_URL, client=("203.0.113.200", 1))
    stranger = TestClient(app, base_url=BASE_URL, client=("198.51.100.1", 1))
    assert neighbour.get("/r/guess").status_code == 429
    assert stranger.get("/r/guess").status_code == 404


def test_opening_a_live_link_is_never_counted(visitor: TestClient, world: World) -> None:
    for _ in range(220):
        assert visitor.get(world.path("JP")).status_code == 200
    assert visitor.get("/r/guess").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_does_anything(visitor: TestClient, world: World, method: str) -> None:
    before = world.dump()
    response = visitor.request(method, world.path("JP"), data={"answer": "accept"})
    assert (response.status_code, "allow" in response.headers) == (405, True)
    assert world.dump() == before
