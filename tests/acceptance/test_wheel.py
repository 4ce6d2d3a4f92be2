"""The built wheel is whole: in an empty .venv, away from the checkout, it finds all that it ships."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the checkout in which a private list lies, as it does in an office."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("invites", "templates", "recipients"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    (folder / "recipients/private.csv").write_text("code,email\n")
    run(folder, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist")
    return next((folder / "dist").glob("*.whl"))


def test_the_wheel_ships_templates_and_lists_but_no_private_list(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("templates", "recipients"):
        ours = {
            f"invites/shipped/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("[!.]*")
            if path.is_file() and not path.name.startswith("private")
        }
        assert {name for name in names if name.startswith(f"invites/shipped/{folder}/")} == ours


def test_the_wheel_alone_finds_nothing_missing(wheel: Path, tmp_path: Path) -> None:
    venv, office = tmp_path / "venv", tmp_path / "kantor protokol"
    run(tmp_path, sys.executable, "-m", "venv", "--without-pip", str(venv))
    run(
        tmp_path,
        *(str(UV), "pip", "install", "--quiet", "--system-certs", "--python", str(venv / "bin/python")),
        *("--constraints", str(ROOT / "requirements.txt"), str(wheel)),
    )
    run(tmp_path, str(venv / "bin/invites"), "init", str(office))
    run(office, str(venv / "bin/invites"), "doctor")
    said = run(office, str(venv / "bin/invites"), "demo", "--no-serve", exits=69)
    assert "pip install 'invites[demo]'" in said


def run(folder: Path, *command: str, exits: int = 0) -> str:
    """All that a command printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == exits, f"{' '.join(command)}\n{done.stdout}"
    return done.stdout
