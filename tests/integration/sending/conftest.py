"""A real outbox on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from invites.store.blobs import FileBlobs
from tests.scene import KEY, Outbox, new_store


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    store = new_store(tmp_path)
    yield Outbox(store=store, blobs=FileBlobs(tmp_path / "blobs", [KEY]))
    store.close()
