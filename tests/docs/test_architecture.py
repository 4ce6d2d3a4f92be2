"""The map of the house shows every room, and every path on it leads somewhere."""

from __future__ import annotations

import re

from tests.docs import pages

PAGE = (pages.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_room_is_on_the_map() -> None:
    package = pages.ROOT / "invites"
    rooms = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    rooms |= {path.name for path in package.glob("[!_]*.py")}
    _, _, table = PAGE.partition("| in `invites/` |")
    cells = re.findall(r"^\|([^|]+)\|", table.partition("\n\n")[0], re.MULTILINE)
    assert sorted(re.findall(r"`([a-z]+(?:/|\.py))`", "".join(cells))) == sorted(rooms)


def test_every_path_on_the_map_exists() -> None:
    paths = re.findall(r"`((?:invites|templates|tests|recipients|docs)/[\w./-]*)`", PAGE)
    assert [path for path in paths if not (pages.ROOT / path).exists()] == []
    assert len(paths) > 50
