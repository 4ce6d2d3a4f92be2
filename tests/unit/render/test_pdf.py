"""What the renderer lets out of the house, and what it holds back."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader

from invites.errors import RenderError
from invites.render.pdf import PdfRenderer

from .conftest import small


def fault(renderer: PdfRenderer, *body: str) -> tuple[str, object]:
    """Key and `what` of the error that these bodies end in."""
    with pytest.raises(RenderError) as caught:
        renderer.render(small(*body))
    assert (caught.value.fields["event"], caught.value.fields["code"]) == ("jakarta", "XX")
    return caught.value.key, caught.value.fields["what"]


def sizes(pdf: bytes) -> list[set[float]]:
    """The font sizes of each page, in points."""
    found: list[set[float]] = []
    for page in PdfReader(BytesIO(pdf)).pages:
        found.append(set())
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: text.strip() and found[-1].add(round(size, 2)))
    return found


def test_a_document_says_what_it_is(renderer: PdfRenderer) -> None:
    made = renderer.render(small("Isi", "مرحبا", "ar"))
    assert made.pages == 2
    assert made.fonts == ("Noto Naskh Arabic", "Noto Serif")
    assert made.sha256 == hashlib.sha256(made.pdf).hexdigest()


def test_a_letter_keeps_its_size_while_it_fits(renderer: PdfRenderer) -> None:
    assert len(set.union(*sizes(renderer.render(small("Isi")).pdf))) == 1


def test_only_a_sheet_that_is_too_long_is_set_smaller(renderer: PdfRenderer) -> None:
    first, second = sizes(renderer.render(small("<p style='margin:0'>Isi</p>" * 42)).pdf)
    assert max(first) < min(second)


def test_a_sheet_that_cannot_be_made_to_fit_is_no_letter(renderer: PdfRenderer) -> None:
    assert fault(renderer, "<p>Isi</p>" * 200)[0] == "letter_pages"


def test_a_sheet_that_is_missing_is_no_letter(renderer: PdfRenderer) -> None:
    whole = small("Isi")
    with pytest.raises(RenderError) as caught:
        renderer.render(replace(whole, html=whole.html.replace('id="sheet-2"', 'id="sheet-2" style="display: none"')))
    assert (caught.value.key, caught.value.fields["what"]) == ("letter_pages", "1")


def test_a_character_that_no_face_has_is_named(renderer: PdfRenderer) -> None:
    assert fault(renderer, "Isi \U0001f600 \u13a0") == ("letter_glyphs", "Ꭰ (U+13A0), 😀 (U+1F600)")


def test_a_script_that_is_none_of_the_letters_languages_is_noticed(renderer: PdfRenderer) -> None:
    assert fault(renderer, "Isi", "Hello 大使館", "en")[0] == "letter_fonts"


def test_a_translation_that_is_not_in_its_own_script_is_noticed(renderer: PdfRenderer) -> None:
    assert fault(renderer, "Isi", "Hello", "ar") == ("letter_fonts", "Noto Naskh Arabic")


def test_a_picture_without_words_for_the_blind_is_noticed(renderer: PdfRenderer) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
    with pytest.raises(RenderError) as caught:
        renderer.render(small('Isi <img src="asset:p.svg">', assets={"p.svg": svg}))
    assert caught.value.key == "letter_complaint"
    assert "alt" in caught.value.fields["what"]


def test_after_a_refused_letter_the_next_one_is_as_good_as_before(renderer: PdfRenderer) -> None:
    before = renderer.render(small("Isi")).sha256
    fault(renderer, "Isi \U0001f600")
    fault(renderer, '<img src="file:///etc/passwd" alt="x">')
    assert renderer.render(small("Isi")).sha256 == before


def test_threads_get_the_same_bytes_as_one_after_the_other(renderer: PdfRenderer) -> None:
    letters = [small(f"Isi {number}") for number in range(4)]
    alone = [renderer.render(letter).sha256 for letter in letters]
    with ThreadPoolExecutor(4) as pool:
        assert [document.sha256 for document in pool.map(renderer.render, letters)] == alone


def test_the_pdf_says_title_author_language_and_no_time_of_its_own(renderer: PdfRenderer) -> None:
    made = renderer.render(small("Isi", head='<meta name="author" content="Pemerintah">'))
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        assert pdf.Root.Lang == "id"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert (pdf.docinfo.Title, pdf.docinfo.Author) == ("Surat", "Pemerintah")
        assert "/CreationDate" not in pdf.docinfo
        assert 'pdfuaid:part="1"' in pdf.Root.Metadata.read_bytes().decode()
