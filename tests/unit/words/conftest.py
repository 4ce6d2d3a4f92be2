"""The shipped catalogues, and a small templates folder to write into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from invites.words.catalogue import Catalogues
from tests.scene import approved_all

SHIPPED = Path(__file__).parents[3] / "templates"

Write = Callable[[str, str], None]


@pytest.fixture(scope="session")
def shipped() -> Catalogues:
    return Catalogues([SHIPPED], approved_all)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the templates folder `tmp_path`; a .po gets its header."""

    def write_file(name: str, content: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n' if name.endswith(".po") else ""
        path.write_text(header + content, encoding="utf-8")

    return write_file
