"""A real SQLite file for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from invites.store.blobs import FileBlobs
from invites.store.database import SqlStore
from tests.scene import KEY, Outbox, new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = new_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def outbox(store: SqlStore, tmp_path: Path) -> Outbox:
    return Outbox(store=store, blobs=FileBlobs(tmp_path / "blobs", [KEY]))
