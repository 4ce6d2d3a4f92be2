"""PDFs behind one another: pages, empty backs, contents, and nothing that only had a meaning at home."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from invites.render.booklet import bind

EMPTY = b"q Q"


def pdf(*contents: bytes, size: tuple[float, float] = (595, 842)) -> bytes:
    with pikepdf.Pdf.new() as made:
        for content in contents:
            page = made.add_blank_page(page_size=size)
            page.obj.Contents = made.make_stream(content)
            page.obj.StructParents = 0
        made.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
        written = BytesIO()
        made.save(written)
    return written.getvalue()


def contents(bound: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(bound)) as made:
        return [page.obj.Contents.read_bytes() for page in made.pages]


def test_parts_follow_one_another_and_an_odd_one_gets_an_empty_back() -> None:
    parts = [("a", pdf(b"1")), ("b", pdf(b"2", b"3")), ("", pdf(b"4", b"5", b"6"))]
    assert contents(bind(parts, title="Contoh")) == [b"1", EMPTY, b"2", b"3", b"4", b"5", b"6", EMPTY]
    assert contents(bind(parts, title="Contoh", both_sides=False)) == [b"1", b"2", b"3", b"4", b"5", b"6"]


def test_an_empty_back_is_as_large_as_its_front() -> None:
    with pikepdf.open(BytesIO(bind([("a", pdf(b"1", size=(595, 420)))], title="Contoh"))) as made:
        assert [[float(edge) for edge in page.mediabox] for page in made.pages] == [[0, 0, 595, 420]] * 2


def test_parts_with_a_name_stand_in_the_table_of_contents() -> None:
    bound = bind(
        [("Buku", pdf(b"1")), ("JP · 1", pdf(b"2")), ("", pdf(b"3", b"4")), ("SA · 2", pdf(b"5"))], title="Contoh"
    )
    with pikepdf.open(BytesIO(bound)) as made, made.open_outline() as outline:
        pages = [page.obj.objgen for page in made.pages]
        found = [(item.title, pages.index(item.destination[0].objgen)) for item in outline.root]
    assert found == [("Buku", 0), ("JP · 1", 2), ("SA · 2", 6)]


def test_the_file_says_its_title_and_asks_not_to_be_shrunk() -> None:
    with pikepdf.open(BytesIO(bind([("a", pdf(b"1"))], title="Misi Dagang: cetak"))) as made:
        assert str(made.docinfo.Title) == "Misi Dagang: cetak"
        assert made.Root.ViewerPreferences.PrintScaling == "/None"
        assert made.check_pdf_syntax() == []


def test_a_page_points_at_no_structure_that_stayed_behind() -> None:
    with pikepdf.open(BytesIO(bind([("a", pdf(b"1", b"2"))], title="Contoh"))) as made:
        assert not any("/StructParents" in page.obj for page in made.pages)


@pytest.mark.parametrize("drawn", [True, False])
def test_a_field_becomes_a_stamp_when_it_shows_something_and_goes_when_it_does_not(drawn: bool) -> None:
    with pikepdf.open(BytesIO(pdf(b"1", b"2"))) as signed:
        field = pikepdf.Dictionary(
            Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, T="S", V=pikepdf.Dictionary(Contents=b"secret"), F=132
        )
        field.Rect = pikepdf.Array([10, 10, 60, 30] if drawn else [0, 0, 0, 0])
        field.AP = pikepdf.Dictionary(N=signed.make_stream(b"0 0 50 20 re f"))
        mark = signed.make_indirect(field)
        signed.pages[0].obj.Annots = pikepdf.Array([mark])
        signed.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([mark]))
        written = BytesIO()
        signed.save(written)
    with pikepdf.open(BytesIO(bind([("a", written.getvalue())], title="Contoh"))) as made:
        marks = [(str(mark.Subtype), int(mark.F), "/V" in mark) for mark in made.pages[0].obj.Annots.as_list()]
        assert marks == ([("/Stamp", 4, False)] if drawn else [])


def test_the_same_parts_give_the_same_file() -> None:
    parts = [("a", pdf(b"1")), ("b", pdf(b"2", b"3"))]
    assert bind(parts, title="Contoh") == bind(parts, title="Contoh")
