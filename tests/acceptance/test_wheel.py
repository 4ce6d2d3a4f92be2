"""The built wheel is whole: in an empty .venv, away from the checkout, it finds all that it ships."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(ROOT, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    return next(folder.glob("*.whl"))


def test_the_wheel_ships_templates_and_the_list_but_no_private_list(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = [name for name in archive.namelist() if name.startswith("invites/shipped/")]
    assert "invites/shipped/recipients/embassies.csv" in shipped
    assert "invites/shipped/templates/letter/letter.html" in shipped
    assert [name for name in shipped if "private" in name or name.endswith(".py")] == []


def test_the_wheel_alone_finds_nothing_missing(wheel: Path, tmp_path: Path) -> None:
    uv, venv = Path(sys.executable).parent / "uv", tmp_path / "venv"
    run(tmp_path, sys.executable, "-m", "venv", "--without-pip", str(venv))
    run(
        tmp_path,
        *(str(uv), "pip", "install", "--quiet", "--system-certs", "--python", str(venv / "bin/python")),
        *("--constraints", str(ROOT / "requirements.txt"), str(wheel)),
    )
    office = tmp_path / "kantor protokol"
    run(tmp_path, str(venv / "bin/invites"), "init", str(office))
    run(office, str(venv / "bin/invites"), "doctor")


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
