"""The shipped texts, the day on which Sari checks her list, and the check itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from invites.validate.reader import ListResult, read_list
from invites.words.catalogue import Catalogues
from tests.scene import approved_all
from tests.unit.validate.lists import csv_file, shorts

REPOSITORY = Path(__file__).parents[3]
TODAY = date(2024, 2, 1)


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return Catalogues([REPOSITORY / "templates"], approved_all)


@pytest.fixture
def listed(catalogues: Catalogues) -> Callable[..., ListResult]:
    """Reads a file on the fixed day."""

    def read(path: Path, **options: Any) -> ListResult:
        return read_list(path, catalogues=catalogues, today=TODAY, **options)

    return read


@pytest.fixture
def found(listed: Callable[..., ListResult], tmp_path: Path) -> Callable[..., list[str]]:
    """What is wrong with these rows, in short."""

    def check(*rows: dict[str, Any], **options: Any) -> list[str]:
        return shorts(listed(csv_file(tmp_path, *rows), **options).problems)

    return check
