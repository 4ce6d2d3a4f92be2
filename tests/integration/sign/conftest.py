"""One office with a certificate for the folder's tests, and a tray that files come back in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from invites.sign import upload
from invites.sign.cell import Cell
from tests.integration.sign.papers import Office, open_office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("office") / "office.p12")


@pytest.fixture(scope="session")
def reader() -> Iterator[Cell]:
    """A process for all tests: starting one takes longer than most files do."""
    with Cell() as cell:
        yield cell


@pytest.fixture(autouse=True)
def one_reader_for_all(reader: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "Cell", lambda: nullcontext(reader))


@pytest.fixture
def tray(tmp_path: Path) -> Callable[..., list[Path]]:
    """Lays contents down as files with names that say nothing."""

    def lay(*contents: bytes) -> list[Path]:
        paths = [tmp_path / f"dokumen ({number}).pdf" for number, _ in enumerate(contents, start=1)]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths

    return lay
