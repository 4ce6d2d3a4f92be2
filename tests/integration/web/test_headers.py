"""What every response says to browsers, caches and search engines, and what the log says of a request."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from invites.model.reply import Answer, Verb
from invites.web.app import create_app
from tests.integration.web.conftest import Login
from tests.integration.web.world import BASE_URL, SESSION_KEY, World, lay_out, open_world


def assert_guarded(response, *, where: str) -> None:  # type: ignore[no-untyped-def]
    headers = response.headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy, where
    assert "unsafe" not in policy, where
    assert headers["x-content-type-options"] == "nosniff", where
    assert headers["x-robots-tag"] == "noindex, nofollow", where
    assert headers["strict-transport-security"] == "max-age=31536000", where
    assert headers["referrer-policy"] == ("same-origin" if where.startswith("desk") else "no-referrer"), where
    assert headers["cache-control"] == ("public, max-age=31536000, immutable" if where == "static" else "no-store")
    assert "server" not in headers


def test_every_response_is_guarded(app: Starlette, visitor: TestClient, log_in: Login, world: World) -> None:
    live, staff = world.path("JP"), log_in()
    assert_guarded(visitor.get(live), where="page")
    assert_guarded(visitor.post(live, data={"version": "0"}), where="errors")
    assert_guarded(visitor.post(live, data={"version": "0", "answer": "accept"}), where="redirect")
    assert_guarded(visitor.post(live, data={"version": "0", "answer": "decline"}), where="conflict")
    for below in ("/thanks", "/letter.pdf", "/calendar.ics"):
        assert_guarded(visitor.get(live + below), where=below)
    assert_guarded(visitor.get("/r"), where="code")
    assert_guarded(visitor.get("/r/dead"), where="dead")
    assert_guarded(visitor.get("/nowhere"), where="404")
    assert_guarded(visitor.put(live), where="405")
    assert_guarded(visitor.post(live, content=b"x" * 100_000), where="413")
    assert_guarded(visitor.get("/healthz"), where="health")
    assert_guarded(visitor.get(f"/static/{app.state.site.assets.sheet}"), where="static")
    assert_guarded(visitor.get("/desk/login"), where="desk login")
    assert_guarded(staff.get("/desk"), where="desk")


def test_a_fault_of_ours_is_excused_guarded_and_tells_nothing(world: World, app: Starlette) -> None:
    visitor = TestClient(app, base_url=BASE_URL, raise_server_exceptions=False)
    path = world.path("JP")
    with world.store.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE reply RENAME TO lost")
    response = visitor.get(path)
    assert response.status_code == 500
    assert_guarded(response, where="500")
    assert "reply" not in response.text.lower().replace("please try again later", "")
    assert "The service is temporarily unavailable." in response.text


def test_on_a_loopback_address_nothing_asks_for_tls(tmp_path: Path) -> None:
    with open_world(lay_out(tmp_path), base_url="http://127.0.0.1:8080") as world:
        visitor = TestClient(create_app(world.house, session_key=SESSION_KEY), base_url="http://127.0.0.1:8080")
        response = visitor.get("/desk/login")
        assert "strict-transport-security" not in response.headers
        assert "Secure" not in response.headers["set-cookie"]


def test_the_log_names_the_route_and_never_the_link(
    visitor: TestClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.answer("JP", Answer(verb=Verb.accept))
    path, token = world.path("JP"), world.link("JP").token
    for address in (path, f"{path}?lang=en", f"{path}/thanks", f"{path}/letter.pdf", f"/{token}", f"/r/{token}/"):
        visitor.get(address)
    visitor.post(path, data={"answer": "decline", "version": "1"})
    visitor.post("/r", data={"code": token})
    own = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("invites"))
    assert "GET /r/{token} 200" in own
    assert "POST /r/{token} 303" in own
    assert "GET - 404" in own
    assert "203.0.113.0/24" in own
    for secret in (token, path.removeprefix("/r/"), "203.0.113.7"):
        assert secret not in own


def test_a_proxy_of_ours_is_believed_and_nobody_else(
    app: Starlette, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "invites.access")
    headers = {"X-Forwarded-For": "192.0.2.9, 198.51.100.5, 10.1.1.1"}
    TestClient(app, base_url=BASE_URL, client=("10.2.2.2", 1)).get("/r", headers=headers)
    TestClient(app, base_url=BASE_URL, client=("203.0.113.7", 1)).get("/r", headers=headers)
    behind, direct = (record.getMessage() for record in caplog.records)
    assert behind.endswith("198.51.100.0/24")
    assert direct.endswith("203.0.113.0/24")


def test_health_says_whether_the_database_answers(visitor: TestClient) -> None:
    response = visitor.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})
