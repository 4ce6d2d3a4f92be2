"""What README and docs tell a person to type does what they say.

A shell block says in its fence whether it is run here: ```sh run, ```console run, or ```sh show for what asks,
serves or needs a machine of its own. The blocks of a page are one story: they run in order in one empty folder,
where `./run` stands for the installed command. `exit=3` after `run` expects that exit code of a block's last
command. In a console block a line `$ …` is typed and the lines below it are its output, where … stands for anything.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import pages
from tests.docs.pages import Block

SHELL = {"sh", "console"}
STORIES = [page for page in pages.PAGES if any("run" in block.words for block in pages.blocks(page))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder but for `run`."""
    run = tmp_path / "run"
    run.write_text(f"#!/bin/sh\nexec '{Path(sys.executable).parent}/invites' \"$@\"\n")
    run.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)
def test_a_shell_block_says_whether_it_is_run(page: Path) -> None:
    undecided = [
        block.line for block in pages.blocks(page) if block.language in SHELL and not {"run", "show"} & {*block.words}
    ]
    assert undecided == []


@pytest.mark.parametrize("page", STORIES, ids=pages.name)
def test_what_a_page_tells_to_type_does_what_it_says(page: Path, folder: Path) -> None:
    for block in pages.blocks(page):
        if "run" in block.words:
            where = f"{pages.name(page)}:{block.line}"
            (follow_console if block.language == "console" else follow_script)(block, folder, where)


def follow_script(block: Block, folder: Path, where: str) -> None:
    code, output = shell(block.text, folder)
    assert code == expected_exit(block), f"{where} ended with {code}:\n{output}"


def follow_console(block: Block, folder: Path, where: str) -> None:
    code = 0
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
        code, output = shell(command, folder)
        pattern = re.escape(shown.strip()).replace("…", ".*")
        assert re.fullmatch(pattern, output.strip(), re.DOTALL), f"{where}: {command} printed:\n{output}"
    assert code == expected_exit(block), f"{where} ended with {code}"


def expected_exit(block: Block) -> int:
    return next((int(word.removeprefix("exit=")) for word in block.words if word.startswith("exit=")), 0)


def shell(script: str, folder: Path) -> tuple[int, str]:
    """Exit code and all output of a script in an environment that holds nothing of this machine's."""
    environment = {"HOME": str(folder), "PATH": f"{Path(sys.executable).parent}:{os.defpath}", "COLUMNS": "120"}
    run = subprocess.run(
        ["/bin/sh", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout
