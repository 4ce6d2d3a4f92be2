"""One office with a certificate for the folder's tests, and a tray that files come back in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.sign.papers import Office, open_office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("office") / "office.p12")


@pytest.fixture
def tray(tmp_path: Path) -> Callable[..., list[Path]]:
    """Lays contents down as files with names that say nothing."""

    def lay(*contents: bytes) -> list[Path]:
        paths = [tmp_path / f"dokumen ({number}).pdf" for number, _ in enumerate(contents, start=1)]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths

    return lay
