"""What the whole suite agrees on: slow tests run with --all and in CI, those with programs of others where they are."""

from __future__ import annotations

import ctypes
import os
import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.integration.letters import readers

TESTS = Path(__file__).parent
BROWSER_TESTS = TESTS / "browser"
READER_TESTS = (TESTS / "integration/letters/test_readers.py", TESTS / "integration/paper/test_readers.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the slow tests too, and fail where a program is missing")


def pytest_configure(config: pytest.Config) -> None:
    if runs_all(config) and (packages := " ".join(missing().values())):
        raise pytest.UsageError(f"the tests need: apt-get install {packages}")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if collection_path in missing() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))  # one worker, one after another: one browser
    if runs_all(config):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("file_or_dir"):
        return
    for path, packages in missing().items():
        name = path.relative_to(TESTS.parent)
        terminalreporter.write_line(f"{name} was left out: it needs apt-get install {packages}")
    if not runs_all(config):
        terminalreporter.write_line("the slow tests were left out: ./run test --all runs them")


def runs_all(config: pytest.Config) -> bool:
    return bool(config.getoption("--all")) or os.environ.get("CI") == "true"


def chromium() -> str | None:
    return shutil.which("chromium")


@cache
def missing() -> dict[Path, str]:
    """Tests that can't run here, and the Debian packages that they need, with a space between."""
    needs = {BROWSER_TESTS: missing_for_browser(), **dict.fromkeys(READER_TESTS, readers.missing())}
    return {path: packages for path, packages in needs.items() if packages}


def missing_for_browser() -> str:
    """Debian packages, with a space between them."""
    missing = [] if chromium() else ["chromium"]
    try:
        ctypes.CDLL("libatomic.so.1")  # Playwright's own node can't start without it
    except OSError:
        missing.append("libatomic1")
    return " ".join(missing)
