"""A house, its site, and somebody who visits it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from invites.model.user import Role
from invites.web.app import create_app
from tests.integration.web.visitor import submit_login
from tests.integration.web.world import BASE_URL, PASSWORD, SESSION_KEY, World, lay_out, open_world

Login = Callable[..., TestClient]


@pytest.fixture(scope="session")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("blueprint"))


@pytest.fixture
def world(tmp_path: Path, blueprint: Path) -> Iterator[World]:
    shutil.copytree(blueprint, tmp_path, dirs_exist_ok=True)
    with open_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def app(world: World) -> Starlette:
    return create_app(world.house, session_key=SESSION_KEY, trusted_proxies=["10.0.0.0/8"])


@pytest.fixture
def visitor(app: Starlette) -> TestClient:
    """Somebody with a browser and no cookies; redirects are seen, not followed."""
    return TestClient(app, base_url=BASE_URL, follow_redirects=False, client=("203.0.113.7", 4711))


@pytest.fixture
def log_in(world: World, app: Starlette) -> Login:
    """Log in as a member of staff and return the browser."""

    def entered(name: str = "Sari", role: Role = Role.staff) -> TestClient:
        if name != "Sari":
            world.store.users.add(name, role, PASSWORD, by="Sari", at=world.clock.now())
        browser = TestClient(app, base_url=BASE_URL, follow_redirects=False)
        response = submit_login(browser, name, PASSWORD)
        assert (response.status_code, response.headers["location"]) == (303, "/desk")
        return browser

    return entered
