"""Every text that a shipped template says exists, and gets the values that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from invites.words.catalogue import Catalogues, placeholders
from invites.words.jinja import Templates

from .conftest import SHIPPED

TEMPLATES = sorted(
    path.relative_to(SHIPPED).as_posix()
    for folder in ("letter", "mail", "pages")
    for path in (SHIPPED / folder).glob("**/*")
    if path.suffix in (".html", ".txt")
)
RESERVED = {"lang", "gender", "count"}


def said(name: str, shipped: Catalogues) -> Iterator[tuple[int, str, set[str], bool]]:
    """Line, key, values given, and whether more may come, of each t(…) and plain(…) with a literal key."""
    environment = Templates([SHIPPED], shipped)._environment("en")
    tree = environment.parse((SHIPPED / name).read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("t", "plain") and call.args:
            key = call.args[0]
            if isinstance(key, nodes.Const):
                yield call.lineno, key.value, {pair.key for pair in call.kwargs}, call.dyn_kwargs is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_text_of_a_template_exists_and_is_filled(name: str, shipped: Catalogues) -> None:
    for line, key, values, more in said(name, shipped):
        where = f"{name}:{line} {key}"
        assert key in shipped.keys("en"), where
        counted = 1 if "count" in values else None
        wanted = placeholders(shipped.get(key, "en", count=counted).text)
        assert more or wanted <= values, where


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_well_formed(name: str, shipped: Catalogues) -> None:
    Templates([SHIPPED], shipped)._environment("en").get_template(name)


def test_there_are_templates_to_look_at() -> None:
    assert {Path(name).parts[0] for name in TEMPLATES} == {"letter", "mail", "pages"}
