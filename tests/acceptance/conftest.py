"""Fresh workspaces."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.office import COMMAND, Office, environment


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A workspace as `invites init` lays it out."""
    home = tmp_path / "kantor"
    subprocess.run([str(COMMAND), "init", str(home)], env=environment(), check=True, capture_output=True)
    return Office(home, environment())


@pytest.fixture(scope="session")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A workspace with a future date, three embassies and an approved batch, made once."""
    home = tmp_path_factory.mktemp("approved") / "kantor"
    subprocess.run([str(COMMAND), "init", str(home)], env=environment(), check=True, capture_output=True)
    office = Office(home, environment())
    office.set_dates()
    office.approve_languages()
    keep(office, "JP", "SA", "TH")
    ended = office.run("approve", "jakarta", "--by", "Sari")
    assert ended.returncode == 0, ended.stderr
    return office


@pytest.fixture
def ready(approved: Office, tmp_path: Path) -> Office:
    """A copy of it, for one test."""
    return Office(shutil.copytree(approved.home, tmp_path / "kantor"), approved.environment)


def keep(office: Office, *codes: str) -> None:
    """Leave only these rows in the list."""
    (office.home / "recipients/embassies.xlsx").unlink()
    path = office.home / "recipients/embassies.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([head, *(row for row in rows if row.split(";")[0] in codes)]) + "\n", encoding="utf-8")
