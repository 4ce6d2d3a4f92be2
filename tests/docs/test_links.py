"""Every link between README, docs and files of the project leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import pages


@pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in pages.links(page) if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith(("https://", "http://", "mailto:")):
        return True
    path, _, fragment = link.partition("#")
    target = (page.parent / path) if path else page
    if not target.exists() or not target.resolve().is_relative_to(pages.ROOT):
        return False
    return not fragment or fragment in pages.anchors(target)
