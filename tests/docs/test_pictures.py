"""Every picture is shown somewhere, and none is heavy."""

from __future__ import annotations

from tests.docs import pages

PICTURES = sorted(path for path in (pages.ROOT / "docs" / "pictures").rglob("*") if path.is_file())
#: bytes; a contact sheet shows more than thirty pages, and is only linked
MOST = {"pictures": 150_000, "contact": 700_000}


def test_every_picture_is_shown_or_linked() -> None:
    shown = {(page.parent / link.partition("#")[0]).resolve() for page in pages.PAGES for link in pages.links(page)}
    assert [picture.name for picture in PICTURES if picture.resolve() not in shown] == []


def test_no_picture_is_heavy() -> None:
    assert [picture.name for picture in PICTURES if picture.stat().st_size > MOST[picture.parent.name]] == []
