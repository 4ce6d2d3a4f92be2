"""The walls of the architecture hold: whatever would go through one is refused."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = "imports go downwards, and stations and doors never meet"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package, to break."""
    shutil.copytree(ROOT / "invites", tmp_path / "invites", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_walls(house: Path) -> list[str]:
    """The names of the contracts that import-linter calls broken."""
    linter = Path(sysconfig.get_path("scripts")) / "lint-imports"
    run = subprocess.run(
        [str(linter), "--no-logo", "--no-cache"],
        cwd=house,
        env={"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in run.stdout, run.stdout + run.stderr
    return [line.removesuffix(" BROKEN") for line in run.stdout.splitlines() if line.endswith(" BROKEN")]


def test_the_walls_stand(house: Path) -> None:
    assert broken_walls(house) == []


def test_a_module_without_a_place_in_the_architecture_is_refused(house: Path) -> None:
    (house / "invites/utils.py").write_text('"""Odds and ends."""\n')
    assert broken_walls(house) == [LAYERS]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("validate", "compose"),
        ("deliver", "transport"),
        ("store", "track"),
        ("words", "validate"),
        ("model", "words"),
        ("errors.py", "model"),
        ("config.py", "bootstrap"),
        ("web", "cli"),
    ],
)
def test_an_import_that_goes_sideways_or_upwards_is_refused(house: Path, importer: str, imported: str) -> None:
    plant(house, importer, f"import invites.{imported}")
    assert LAYERS in broken_walls(house)


@pytest.mark.parametrize("module", ["pipeline.py", "house.py"])
@pytest.mark.parametrize("door", ["store", "transport", "rehearsal", "render", "sign"])
def test_the_pipeline_can_open_no_door(house: Path, module: str, door: str) -> None:
    plant(house, module, f"import invites.{door}")
    assert broken_walls(house) == ["the pipeline opens no door"]


@pytest.mark.parametrize(
    ("engine", "door"),
    [
        ("sqlalchemy", "store"),
        ("alembic", "store"),
        ("aiosmtplib", "transport"),
        ("weasyprint", "render"),
        ("pyhanko", "sign"),
        ("starlette", "web"),
        ("babel", "words"),
        ("jinja2", "words"),
        ("aiosmtpd", "rehearsal"),
    ],
)
def test_an_engine_is_reached_through_its_one_door(house: Path, engine: str, door: str) -> None:
    plant(house, door, f"import {engine}")
    assert broken_walls(house) == []
    plant(house, "bootstrap.py", f"import {engine}")
    assert broken_walls(house) == [f"{engine} only through {door}"]


def plant(house: Path, where: str, line: str) -> None:
    module = house / "invites" / where
    module = module / "planted.py" if module.is_dir() else module
    module.write_text(f"{line}\n" + (module.read_text() if module.exists() else ""))
