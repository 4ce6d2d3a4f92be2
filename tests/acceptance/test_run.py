"""`./run` on a machine that lacks something: it says at once what to type, and changes nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ["cat", "cksum", "dash", "dirname", "find", "flock", "head", "id", "mktemp", "printf", "readlink", "rm", "tail"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that has never run, under a path with a space."""
    folder = tmp_path / "kantor protokol"
    folder.mkdir()
    for file in ("run", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.txt"))):
        shutil.copy(ROOT / file, folder)
    return folder


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A PATH for somebody who is not root where there is a shell and apt, but no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    for stub, script in {"id": "echo 1000", "apt-get": "exit 100"}.items():
        (folder / stub).unlink(missing_ok=True)
        (folder / stub).write_text(f"#!/bin/sh\n{script}\n")
        (folder / stub).chmod(0o755)
    return folder


@pytest.mark.parametrize(("language", "sentence"), [("", "Mintalah administrator"), ("en", "Ask its administrator")])
def test_without_root_it_exits_69_with_the_exact_line(
    checkout: Path, bare_machine: Path, language: str, sentence: str
) -> None:
    before = sorted(path.name for path in checkout.iterdir())
    run = subprocess.run(
        ["/bin/sh", str(checkout / "run"), "demo"],
        cwd="/",
        env={"PATH": str(bare_machine), "INVITES_LANG": language},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert run.returncode == 69
    assert run.stdout == ""
    assert sentence in run.stderr
    assert (
        "    apt-get update && apt-get install -y --no-install-recommends python3 python3-venv "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in run.stderr
    )
    assert sorted(path.name for path in checkout.iterdir()) == before
