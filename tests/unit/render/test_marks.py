"""What a screen reader and a search get out of the PDF: each block's language, each script's text in order."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdfium2
import pypdfium2.raw
import pytest
from pypdf import PdfReader

from invites.render.pdf import PdfRenderer

from .conftest import small


def languages(pdf: bytes) -> list[tuple[str, str]]:
    """(structure type, language) of every element that names one, in reading order."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [
            (str(element.S), str(element.Lang))
            for top in opened.Root.StructTreeRoot.K
            for element in elements(top)
            if "/Lang" in element
        ]


def elements(element: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    yield element
    for kid in element.K:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield from elements(kid)


def as_chrome_reads(pdf: bytes, page: int) -> str:
    return str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()).strip()


def test_a_translated_sheet_names_its_language_once(renderer: PdfRenderer) -> None:
    pdf = renderer.render(small("<p>Isi surat</p>", "<p>Sayın</p><p>Büyükelçi</p>", "tr")).pdf
    assert languages(pdf) == [("/Sect", "tr")]


def test_an_indonesian_letterhead_on_a_foreign_sheet_stays_indonesian(renderer: PdfRenderer) -> None:
    pdf = renderer.render(small("Isi", '<p lang="id">Gubernur</p><p>Sayın Büyükelçi, hoş geldiniz</p>', "tr")).pdf
    assert languages(pdf) == [("/Sect", "tr"), ("/P", "id")]


def test_an_english_word_in_an_indonesian_line_is_marked(renderer: PdfRenderer) -> None:
    pdf = renderer.render(small('<p>Surat ini adalah <span lang="en">sample</span> saja</p>', "Hello", "en")).pdf
    assert languages(pdf) == [("/Span", "en"), ("/Sect", "en")]


def test_a_letter_in_one_language_needs_no_mark(renderer: PdfRenderer) -> None:
    assert languages(renderer.render(small("<p>Isi</p>", "<p>Isi</p>", "id")).pdf) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hi", "दक्षिण कालीमंतान प्रांतीय सरकार की ओर से महामहिम को"),
        ("th", "คำแปลอย่างไม่เป็นทางการ ให้ถือข้อความภาษาอินโดนีเซียเป็นสำคัญ"),
        ("ar", "تهدف هذه البعثة التجارية إلى توسيع نطاق"),
        ("ja", "民族衣装または平服（スーツ）公館長 09:00～15:00"),
        ("zh-Hans", "我谨代表南加里曼丹省政府，荣幸地邀请阁下出席“推介会”。"),
        ("ko", "남칼리만탄 주정부를 대표하여 각하를"),
        ("ru", "От имени Правительства провинции Южный Калимантан"),
        ("vi", "Đại sứ quán nước Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("de", "Außerordentliche Auflösung, offiziell – „Grüße“"),
    ],
)
def test_text_comes_back_as_it_was_written(language: str, text: str, renderer: PdfRenderer) -> None:
    assert as_chrome_reads(renderer.render(small("Isi", text, language)).pdf, 1) == text


def test_thai_vowels_come_back_without_actual_text_too(renderer: PdfRenderer) -> None:
    made = renderer.render(small("Isi", "คำแปล าา สำคัญ", "th"))
    read = PdfReader(BytesIO(made.pdf)).pages[1].extract_text()
    assert read == "คําแปล าา สําคัญ"  # pypdf gives the sign in its two parts, U+0E4D U+0E32


@pytest.mark.parametrize("text", ["करें: Meja", "है: Meja", "खोलें:"])
def test_in_chrome_a_colon_stands_behind_a_vowel_sign_and_not_on_it(text: str, renderer: PdfRenderer) -> None:
    page = pypdfium2.PdfDocument(renderer.render(small("Isi", text, "hi")).pdf)[1]
    word, colon = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    assert colon.get_bounds()[0] > word.get_bounds()[2]
