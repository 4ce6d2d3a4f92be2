"""The page on which a person compares frozen letters with what came back signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from invites.cli.files import clear, write_secret
from invites.cli.texts import language
from invites.compose import facts
from invites.house import House
from invites.model.event import Event
from invites.model.signature import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One letter on the page: `pictures` are names of files, each with both pages side by side; `command` takes it."""

    code: str
    file: str
    reason: str
    command: str
    pictures: tuple[str, ...]


def write(house: House, event: Event, folder: Path, doubtful: Sequence[tuple[Finding, str, str]]) -> Path:
    """Lay the pictures out on one page, readable for its owner only; what an earlier run left is taken away.
    `doubtful` are findings with the sentence that says why, and the command that takes the file."""
    for pattern in ("*.png", "*.html"):
        clear(folder, pattern)
    compared = []
    for found, reason, command in doubtful:
        names = []
        for number, picture in enumerate(found.pictures, 1):
            names.append(f"{found.code}-{number}.png")
            write_secret(folder / names[-1], picture)
        compared.append(
            Compared(code=found.code, file=found.path.name, reason=reason, command=command, pictures=tuple(names))
        )
    title = facts.title(event, language()).text
    page = house.templates.render("pages/compare.html", language(), title=title, letters=tuple(compared))
    write_secret(folder / "index.html", page.encode())
    return folder / "index.html"
