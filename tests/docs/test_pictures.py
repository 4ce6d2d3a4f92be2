"""Every picture is shown somewhere, and none is heavy."""

from __future__ import annotations

from tests.docs import pages

PICTURES = sorted((pages.ROOT / "docs" / "pictures").iterdir())


def test_every_picture_is_shown_or_linked() -> None:
    shown = {(page.parent / link.partition("#")[0]).resolve() for page in pages.PAGES for link in pages.links(page)}
    assert [picture.name for picture in PICTURES if picture.resolve() not in shown] == []


def test_no_picture_is_heavier_than_150_kb() -> None:
    assert [picture.name for picture in PICTURES if picture.stat().st_size > 150_000] == []
