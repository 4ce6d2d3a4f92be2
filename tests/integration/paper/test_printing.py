"""The file for the printer: whose pages, in which order, unchanged, and what printing leaves behind."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from invites import approval, paper
from invites.errors import NotApproved
from invites.model.event import Bundle, Signatory, Signing
from invites.model.message import Form
from invites.model.recipient import DeliveryMode
from invites.render.booklet import bind
from tests.integration.paper.conftest import AU, JP, SA, TH, Office, checked, links, texts
from tests.scene import event, recipient


def test_the_file_holds_the_book_and_then_for_each_post_its_address_and_its_letter(approved: Office) -> None:
    carried = approved.parcels()
    pdf = approved.print(carried)
    # the book, then for each post its address, each with an empty back, and the two pages of the letter
    assert [each.recipient.code for each in carried] == ["JP", "TH", "SA"]
    said = texts(pdf)
    assert len(said) == 2 + 3 * 4
    assert "Buku ekspedisi" in said[0]
    assert [said[at] for at in (1, 3, 7, 11)] == [""] * 4
    for at, post in ((2, JP), (6, TH), (10, SA)):
        sheet, letter = said[at], said[at + 2]
        assert post.name_id in sheet
        assert all(line in sheet for line in post.address_lines)
        assert "500.2/1/CONTOH/2027" in sheet
        assert "Pengirim" in sheet
        assert post.name_id in letter
        others = {each.name_id for each in (JP, TH, SA, AU)} - {post.name_id}
        assert not any(name in page for name in others for page in said[at : at + 4])


def test_the_book_has_a_line_for_each_letter_and_room_to_sign(approved: Office) -> None:
    (book, *_rest) = texts(approved.print(approved.parcels()))
    for heading in ("No.", "Nomor surat", "Dialamatkan kepada", "Alamat", "Nama penerima", "jam", "Tanda tangan"):
        assert heading in book
    assert book.index(JP.name_id) < book.index(TH.name_id) < book.index(SA.name_id)
    assert AU.name_id not in book


def test_each_letter_leads_to_its_own_page_and_nothing_else_leads_anywhere(approved: Office) -> None:
    carried = approved.parcels()
    found = links(approved.print(carried))
    assert [found[at] for at in (0, 1, 2, 3, 6, 7, 10, 11)] == [set()] * 8
    for at, post in ((4, JP), (8, TH), (12, SA)):
        own = approved.house.link("jakarta", post.code).url
        assert own in found[at]
        others = {approved.house.link("jakarta", each.code).url for each in (JP, TH, SA, AU)} - {own}
        assert not others & (found[at] | found[at + 1])


def test_a_letter_is_printed_as_it_was_approved_and_not_rendered_again(
    approved: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(approved.house), "letters", None)
    bound = approved.print(approved.parcels())
    with pikepdf.open(BytesIO(bound)) as whole:
        for first, code in ((4, "JP"), (8, "TH"), (12, "SA")):
            with pikepdf.open(BytesIO(approved.stored(code))) as stored:
                pages = [page.Contents.read_bytes() for page in stored.pages]
            assert [whole.pages[first + n].Contents.read_bytes() for n in range(len(pages))] == pages


@pytest.mark.parametrize(("code", "first"), [("JP", 4), ("TH", 8), ("SA", 12)])
def test_a_printed_letter_looks_like_the_approved_one_to_the_last_pixel(
    approved: Office, code: str, first: int
) -> None:
    bound = approved.print(approved.parcels())
    assert pictures(bound)[first : first + 2] == pictures(approved.stored(code))


def test_a_printer_that_fills_both_sides_never_puts_two_posts_on_one_leaf(approved: Office) -> None:
    carried = approved.parcels()
    said = texts(approved.print(carried))
    for front, back in zip(said[::2], said[1::2], strict=True):
        leaf = front + back
        assert sum(post.name_id in leaf for post in (JP, TH, SA)) <= 1 or "Buku ekspedisi" in leaf


def test_a_printer_that_fills_one_side_gets_no_empty_pages(approved: Office) -> None:
    said = texts(approved.print(approved.parcels(), both_sides=False))
    assert len(said) == 1 + 3 * 3
    assert "" not in said


def test_only_some_are_printed_and_the_book_shows_no_other(approved: Office) -> None:
    pdf = approved.print(approved.parcels(only=("SA",)))
    assert [name in "".join(texts(pdf)) for name in (SA.name_id, JP.name_id, TH.name_id)] == [True, False, False]


def test_a_letter_that_goes_by_mail_alone_is_printed_when_all_are_wanted(approved: Office) -> None:
    assert [each.recipient.code for each in approved.parcels(everyone=True)] == ["JP", "TH", "SA", "AU"]


def test_a_post_that_moved_gets_its_letter_at_the_address_of_the_list(approved: Office) -> None:
    moved = replace(JP, address_lines=("Jl. Baru 1", "Jakarta Barat 11410"))
    carried = approved.parcels(moved, SA, TH)
    assert [each.recipient.code for each in carried] == ["JP", "TH", "SA"]
    assert "Jl. Baru 1" in texts(approved.print(carried))[2]


def test_a_row_that_is_no_longer_in_the_list_is_not_printed(approved: Office) -> None:
    assert [each.recipient.code for each in approved.parcels(SA)] == ["SA"]


def test_printing_uses_the_numbers_and_says_so_in_the_log(office: Office) -> None:
    batch = office.approve()
    assert set(office.numbers().values()) == {"reserved"}
    office.print(office.parcels(only=("JP", "SA")))
    assert office.numbers() == {"JP": "used", "SA": "used", "TH": "reserved", "AU": "reserved"}
    assert office.actions()[-3:] == [
        ("letters_printed", "", f"2 · {batch.id[:12]}"),
        ("letter_printed", "JP", ""),
        ("letter_printed", "SA", ""),
    ]


def test_what_nobody_approved_is_not_printed(office: Office) -> None:
    approval.freeze(office.house, checked(), "Sari")
    before = office.actions()
    with pytest.raises(NotApproved):
        office.print(office.parcels())
    assert (office.actions(), set(office.numbers().values())) == (before, {"reserved"})


def test_real_letters_are_printed_when_two_persons_approved_with_their_passwords(office: Office) -> None:
    office.approve()
    carried = office.parcels()
    with pytest.raises(NotApproved, match="needs_second"):
        paper.record_printing(office.house, event(), carried, "sari", live=True)
    for name in ("Budi", "Sari"):
        approval.approve(office.house, checked(), name, verified=True)
    paper.record_printing(office.house, event(), carried, "sari", live=True)
    assert office.numbers()["JP"] == "used"


def test_a_letter_that_changed_while_it_was_being_printed_is_not_recorded_as_printed(office: Office) -> None:
    office.approve()
    carried = office.parcels()
    changed = replace(TH, head_name="Nama Contoh")
    office.approve(checked(JP, SA, changed, AU, digest="list 2"))
    with pytest.raises(NotApproved, match="content_differs"):
        paper.record_printing(office.house, event(), carried, "sari", live=False)
    assert "letters_printed" not in {action for action, _, _ in office.actions()}


def test_a_signed_letter_is_printed_as_it_came_back(office: Office) -> None:
    signed_event = event(signatory=Signatory(name="Nama Pejabat", signing=Signing.upload, issuer="CA Contoh"))
    of = checked(SA, of=signed_event)
    batch = approval.freeze(office.house, of, "Sari")
    with pytest.raises(NotApproved):
        office.print(office.parcels(SA))
    came_back = with_a_visible_signature(office.stored("SA"))
    approval.take_signed(office.house, batch, {"SA": came_back}, "Sari")
    office.approve(of)
    bound = office.print(office.parcels(SA))
    assert pictures(bound)[4:6] == pictures(came_back)
    assert pictures(bound)[4] != pictures(without_marks(came_back))[0]
    with pikepdf.open(BytesIO(bound)) as whole:
        assert "/AcroForm" not in whole.Root


def test_what_lies_beside_a_letter_is_printed_behind_it(office: Office) -> None:
    several = event(forms=(Form.letter, Form.card), bundle=Bundle.several)
    office.approve(checked(SA, of=several))
    parts = list(paper.printout(office.house, several, office.parcels(SA)))
    assert [name for name, _ in parts] == ["Buku ekspedisi", "SA · 500.2/1/CONTOH/2027", "", ""]
    said = texts(bind(parts, title="Contoh"))
    assert len(said) == 2 + 2 + 2 + 2
    assert SA.name_id in said[6]
    assert said[7] == ""


@pytest.mark.slow
def test_many_letters_fill_several_pages_of_the_book(office: Office) -> None:
    posts = [
        recipient(f"CON-{n:02}", delivery=DeliveryMode.courier, address_lines=(f"Jl. Contoh {n}", "Jakarta Pusat"))
        for n in range(1, 17)
    ]
    office.approve(checked(*posts))
    said = texts(office.print(office.parcels(*posts), both_sides=False))
    assert ["Buku ekspedisi" in page for page in said[:4]] == [True, True, True, False]
    assert "Lembar 3 dari 3" in said[2]
    assert all(f"Jl. Contoh {n}" in "".join(said[:3]) for n in range(1, 17))


def pictures(pdf: bytes) -> list[bytes]:
    """Every page as a printer would draw it, marks included."""
    with pypdfium2.PdfDocument(pdf) as document:
        if document.get_formtype():
            document.init_forms()
        return [bytes(page.render(scale=1, may_draw_forms=True).buffer) for page in document]


def with_a_visible_signature(pdf: bytes) -> bytes:
    """The letter with a signature field that shows something, as signing programs leave it."""
    with pikepdf.open(BytesIO(pdf)) as document:
        picture = document.make_stream(b"0.1 0.3 0.6 rg 0 0 120 40 re f", Type=pikepdf.Name.XObject)
        picture.stream_dict.Subtype = pikepdf.Name.Form
        picture.stream_dict.BBox = pikepdf.Array([0, 0, 120, 40])
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T="Signature",
            F=132,
            Rect=pikepdf.Array([340, 180, 460, 220]),
            AP=pikepdf.Dictionary(N=picture),
        )
        mark = document.make_indirect(field)
        page = document.pages[0]
        mark.P = page.obj
        page.obj.Annots = pikepdf.Array([*page.obj.get("/Annots", pikepdf.Array()), mark])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([mark]), SigFlags=3)
        written = BytesIO()
        document.save(written)
    return written.getvalue()


def without_marks(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.pages[0].obj["/Annots"]
        written = BytesIO()
        document.save(written)
    return written.getvalue()
