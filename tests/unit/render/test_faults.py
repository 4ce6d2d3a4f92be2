"""Faults that are put into a letter on purpose, and noticed before it may leave the house."""

from __future__ import annotations

from collections.abc import Callable

import pydyf
import pytest
from weasyprint import Document

from invites.errors import RenderError
from invites.model.message import Letter
from invites.render import engine
from invites.render.pdf import PdfRenderer

from .conftest import small

Closing = Callable[[Document, pydyf.PDF], None]
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2

TOO_WIDE = {
    "a word that leaves the paper": f"<p>{WORD}</p>",
    "a line that may not break": f'<p style="white-space: nowrap">{"kata " * 60}</p>',
    "a word that runs into the next column": '<div style="display: table; table-layout: fixed; width: 100%">'
    f'<p style="display: table-cell">{WORD[:60]}</p><p style="display: table-cell">tetangga</p></div>',
    "a name that runs out of its box": f'<p style="width: 2cm; white-space: nowrap">{"Nama " * 9}</p>',
    "a line that is clipped at the side": '<p style="overflow: hidden; white-space: nowrap; width: 1cm">Duta Besar</p>',
    "a line that is clipped below": '<div style="overflow: hidden; height: 1.4em">satu<br>dua</div>',
    "text beside the text area": '<p style="margin-left: -15mm">Isi</p>',
    "text above the page": '<p style="position: absolute; top: -30mm">Isi</p>',
    "text right of the page": '<p style="position: absolute; left: 140mm">Isi</p>',
    "a table wider than its page": f"<table><tr>{'<td>delegasi</td>' * 20}</tr></table>",
    "Arabic that leaves the page": f'<p lang="en" dir="rtl" style="white-space: nowrap">{"kata " * 60}</p>',
}
IN_PLACE = {
    "a list with marks beside it": "<ol><li>satu</li><li>dua</li></ol>",
    "a heading with letters apart": '<h1 style="letter-spacing: .09em; text-align: center">GUBERNUR</h1>',
    "a box with a clip that holds all": '<div style="overflow: hidden"><p>Isi</p></div>',
    "columns that are full": '<div style="display: table; table-layout: fixed; width: 100%">'
    '<p style="display: table-cell">kiri kanan</p><p style="display: table-cell">tetangga</p></div>',
    "a line that is full to the edge": f'<p style="text-align: justify">{"kata " * 60}</p>',
    "text from right to left": f'<p dir="rtl">{"kata " * 60}</p>',
    "a line in the margin of the page": "<style>@page { @bottom-center { content: 'catatan' } }</style><p>Isi</p>",
    "an italic hanging over": '<p style="text-align: right; font-style: italic">af</p>',
}


def refused(renderer: PdfRenderer, letter: Letter) -> tuple[str, str]:
    with pytest.raises(RenderError) as caught:
        renderer.render(letter)
    return caught.value.key, str(caught.value.fields["what"])


@pytest.mark.parametrize("body", TOO_WIDE.values(), ids=TOO_WIDE)
def test_text_that_sticks_out_is_noticed(body: str, renderer: PdfRenderer) -> None:
    assert refused(renderer, small(body))[0] == "letter_overflow"


@pytest.mark.parametrize("body", IN_PLACE.values(), ids=IN_PLACE)
def test_text_in_its_place_is_none_of_that(body: str, renderer: PdfRenderer) -> None:
    assert renderer.render(small(body)).pages == 2


def test_the_text_that_sticks_out_is_named(renderer: PdfRenderer) -> None:
    assert refused(renderer, small(f"<p>Isi</p><p>{WORD}</p><p>Isi</p>")) == ("letter_overflow", WORD)


@pytest.fixture
def tampered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Closing], None]:
    """Lets a test change a PDF just before it is looked at and written."""
    finish = engine.finish

    def put(change: Closing) -> None:
        def closing(document: Document, pdf: pydyf.PDF) -> None:
            finish(document, pdf)
            change(document, pdf)

        monkeypatch.setattr(engine, "finish", closing)

    return put


def test_a_font_that_the_file_does_not_hold_is_noticed(
    renderer: PdfRenderer, tampered: Callable[[Closing], None]
) -> None:
    def lose(_: Document, pdf: pydyf.PDF) -> None:
        for entry in pdf.objects:
            if isinstance(entry, pydyf.Dictionary):
                entry.pop("FontFile2", None)

    tampered(lose)
    key, what = refused(renderer, small("Isi"))
    assert (key, what.partition("+")[2]) == ("letter_fonts", "Noto-Serif")


def test_the_empty_box_of_a_face_is_noticed(renderer: PdfRenderer, tampered: Callable[[Closing], None]) -> None:
    def box(document: Document, _: pydyf.PDF) -> None:
        next(iter(document.fonts.values())).to_unicode[0] = "ß"

    tampered(box)
    assert refused(renderer, small("Isi")) == ("letter_glyphs", "ß (U+00DF)")
