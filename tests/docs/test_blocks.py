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
from typing import Any

import pytest

from invites.words.catalogue import Catalogues
from tests.docs import pages
from tests.docs.pages import Block

SHELL = {"sh", "console"}
CATALOGUES = Catalogues([pages.ROOT / "templates"])


def on_a_screen(text: str) -> re.Pattern[str]:
    """A sentence of the commands with anything in its places; of a question, what is typed may follow."""
    return re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) + "(: .*)?")


SAID = [
    on_a_screen(CATALOGUES.get(key, language).text)
    for language in ("id", "en")
    for key in CATALOGUES.keys(language)
    if key.partition(".")[0] in ("send", "reply", "approve", "validate", "preview", "serve", "user", "error", "cli")
]
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


@pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)
def test_what_a_page_shows_of_a_screen_is_what_the_commands_say(page: Path) -> None:
    shown = [block for block in pages.blocks(page) if block.language == "console" and "show" in block.words]
    lines = [line for block in shown for line in block.text.splitlines() if not line.startswith("$ ")]
    assert [line for line in lines if not any(said.fullmatch(line) for said in SAID)] == []


def story(page: Path) -> Any:
    """The Indonesian guide tells what the English one does, and half a minute is long."""
    return pytest.param(page, id=pages.name(page), marks=[pytest.mark.slow] if "petugas" in page.name else [])


@pytest.mark.parametrize("page", [story(page) for page in STORIES])
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
