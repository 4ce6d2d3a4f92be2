"""One renderer for the folder's tests, and small letters to give it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from invites.model.message import Letter
from invites.render.pdf import PdfRenderer

CSS = b"@page { size: A5; margin: 10mm } .sheet + .sheet { break-before: page } body { font-size: 10pt }"


@pytest.fixture(scope="session")
def renderer() -> PdfRenderer:
    return PdfRenderer()


def small(
    first: str,
    second: str = "Hello",
    language: str = "en",
    *,
    head: str = "",
    assets: Mapping[str, bytes] | None = None,
) -> Letter:
    """A letter of two sheets with these bodies (HTML), the second in `language`."""
    return Letter(
        event="jakarta",
        code="XX",
        revision=1,
        title="Surat",
        languages=("id", language),
        sheets=2,
        html=f'<!DOCTYPE html><html lang="id"><head><title>Surat</title>{head}</head><body>'
        f'<section class="sheet" id="sheet-1"><article lang="id">{first}</article></section>'
        f'<section class="sheet" id="sheet-2"><article lang="{language}">{second}</article></section></body></html>',
        assets={"letter.css": CSS} if assets is None else {"letter.css": CSS, **assets},
    )
