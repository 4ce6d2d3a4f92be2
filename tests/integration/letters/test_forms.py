"""Every form as a real PDF: pages and their sizes, faces, languages, the QR code where it belongs, and proofs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from invites.compose.letter import compose_documents
from invites.model.batch import Invitation
from invites.model.event import Event, LinkOn, Signatory, SignatoryKind
from invites.model.link import Link
from invites.model.message import Document, Form, Letter
from invites.model.recipient import HeadClass, Kind
from invites.render import fonts
from invites.track import links
from invites.validate.products import read_products
from invites.validate.reader import read_list
from invites.words.jinja import Templates

from .test_sixteen import (
    CODES,
    KEY,
    LIST,
    ROOT,
    as_chrome_reads,
    house,
    languages_of_sheets,
    renderer,
    shipped,
    squeezed,
)

A4, A5_LANDSCAPE = (595, 842), (595, 420)
SIX_SCRIPTS = ["JP", "SA", "TH", "IN", "RU", "DE", "CN"]
WHOLE = (Form.letter, Form.programme, Form.products, Form.card)
NOTICES = (Form.postponement, Form.cancellation, Form.pour_memoire, Form.thanks)
VERIFICATION = "https://undangan.kalselprov.example/v/7q3k9-m2xv8"
#: of the paper and of the word that lies across a proof
WORD = (230, 201, 196)


def mission(slug: str = "jakarta", **changes: object) -> Event:
    products = read_products(ROOT / "templates/events" / slug).products
    return replace(shipped(slug), forms=WHOLE, products=products, **changes)  # type: ignore[arg-type]


def link(code: str, slug: str = "jakarta") -> Link:
    return links.derive([KEY], "https://undangan.kalselprov.example", slug, code)


def letters(
    event: Event,
    code: str,
    who: Mapping[str, object] | None = None,
    *,
    void: bool = False,
    templates: Templates | None = None,
    **options: object,
) -> tuple[Letter, ...]:
    catalogues, ours = house()
    listed = read_list(LIST, catalogues=catalogues, today=date(2024, 1, 8)).recipients
    recipient = replace(next(each for each in listed if each.code == code), **(who or {}))  # type: ignore[arg-type]
    invitation = Invitation(
        event=event.slug, code=code, revision=1, number="500.2/0123/DISDAG/2024", recipient=recipient
    )
    url = None if void else link(code, event.slug)
    return compose_documents(event, invitation, url, templates=templates or ours, catalogues=catalogues, **options)  # type: ignore[arg-type]


@cache
def rendered(code: str) -> tuple[tuple[Letter, Document], ...]:
    """The whole set for Bali, its link on a card: seven sheets and the card."""
    made = letters(
        mission("bali", link_on=LinkOn.card), code, verification=VERIFICATION, esign="Balai Sertifikat Contoh"
    )
    return tuple((letter, renderer().render(letter)) for letter in made)


def sizes(document: Document) -> list[tuple[int, int]]:
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        return [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages]


def picture(document: Document, page: int, scale: float = 2) -> Image.Image:
    return pypdfium2.PdfDocument(document.pdf)[page].render(scale=scale).to_pil().convert("RGB")


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_the_whole_set_of_each_embassy_fits_its_pages_in_the_faces_of_the_table(code: str) -> None:
    (whole, document), (card, reply) = rendered(code)
    assert sizes(document) == [A4] * 6 + [A5_LANDSCAPE]
    assert sizes(reply) == [A5_LANDSCAPE]
    for letter, made in ((whole, document), (card, reply)):
        assert made.pages == letter.sheets
        assert set(made.fonts) == set(fonts.families(letter.languages))


@pytest.mark.parametrize("code", CODES)
def test_each_sheet_says_its_language_to_a_screen_reader(code: str) -> None:
    (whole, document), _ = rendered(code)
    own = whole.languages[1]
    assert languages_of_sheets(document)[:6] == ["", own, "", own, "", own]


@pytest.mark.parametrize("code", SIX_SCRIPTS)
def test_the_reply_card_alone_carries_the_code_and_the_name_of_the_embassy(code: str) -> None:
    (_, document), (_, reply) = rendered(code)
    for page in range(document.pages):
        assert zxingcpp.read_barcodes(picture(document, page)) == []
    assert [found.text for found in zxingcpp.read_barcodes(picture(reply, 0))] == [link(code, "bali").url]
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        assert all(link(code, "bali").token not in str(item) for item in pdf.objects)


def test_the_programme_of_bali_shows_both_clocks_in_the_pdf() -> None:
    (_, document), _ = rendered("SA")
    for page, (here, jakarta) in {2: ("08.30WITA", "07.30WIB"), 3: ("08:30WITA", "07:30WIB")}.items():
        text = as_chrome_reads(document, page)
        assert here in text
        assert jakarta in text


def test_the_numbered_sheets_print_how_to_verify_them_and_who_issued_the_certificate() -> None:
    (_, document), _ = rendered("DE")
    shown = [squeezed(VERIFICATION) in as_chrome_reads(document, page) for page in range(document.pages)]
    assert shown == [True, True, False, False, False, False, False]
    assert "BalaiSertifikatContoh" in as_chrome_reads(document, 1)


@pytest.mark.parametrize(
    ("code", "form"),
    [*((code, Form.update) for code in SIX_SCRIPTS), *(("SA", form) for form in NOTICES), ("RU", Form.pour_memoire)],
)
def test_a_letter_that_follows_fits_two_pages_in_every_script(code: str, form: Form) -> None:
    (letter,) = letters(mission(), code, wanted=(form,), previous=("500.2/0099/DISDAG/2024", date(2024, 1, 9)))
    document = renderer().render(letter)
    assert sizes(document) == [A4, A4]
    assert "500.2/0099/DISDAG/2024" in as_chrome_reads(document, 0)


@pytest.mark.parametrize("code", ["SA", "RU"])
def test_a_note_is_two_pages_in_indonesian_and_english_whoever_it_is_about(code: str) -> None:
    (letter,) = letters(mission(), code, wanted=(Form.note,))
    document = renderer().render(letter)
    assert sizes(document) == [A4, A4]
    assert document.fonts == ("Noto Serif",)
    assert languages_of_sheets(document) == ["", "en"]


def test_a_proof_bears_the_word_on_every_page_as_no_part_of_its_text() -> None:
    event = mission(link_on=LinkOn.card)
    for plain, proof in zip(letters(event, "SA"), letters(event, "SA", void=True, proof=True), strict=True):
        documents = renderer().render(plain), renderer().render(proof)
        for page in range(documents[1].pages):
            share = [coloured(picture(document, page, 1)) for document in documents]
            assert share[0] < 0.001
            assert share[1] > 0.01
        assert zxingcpp.read_barcodes(picture(documents[1], 0)) == []
        assert "SPECIMEN" not in as_chrome_reads(documents[1], 0)


def coloured(page: Image.Image) -> float:
    """The share of a page that has the colour of the word."""
    colours = page.getcolors(page.width * page.height) or []
    near = sum(n for n, pixel in colours if all(abs(one - other) < 6 for one, other in zip(pixel, WORD, strict=True)))  # type: ignore[arg-type]
    return near / (page.width * page.height)


@pytest.mark.parametrize("signer", list(SignatoryKind))
def test_every_signatory_signs_on_two_pages(signer: SignatoryKind) -> None:
    event = replace(shipped("jakarta"), signatory=Signatory(kind=signer, name="Nama Pejabat"))
    assert [renderer().render(letter).pages for letter in letters(event, "FR")] == [2]


@pytest.mark.parametrize(
    "who",
    [
        {"head_class": HeadClass.cda_titular},
        {"head_class": HeadClass.vacant},
        {"kind": Kind.delegation, "code": "EU"},
        {"kind": Kind.consulate, "code": "SG-BTM", "address_lines": ("Jl. Contoh 1", "Batam 29432")},
        {"kind": Kind.consulate, "code": "SG-BTM", "head_class": HeadClass.vacant},
        {"kind": Kind.organisation, "code": "KADIN"},
        {"kind": Kind.person, "code": "TAMU-1"},
        {"concurrent_for": ("TL",)},
    ],
    ids=str,
)
def test_every_kind_of_guest_gets_two_pages_and_a_card(who: dict[str, object]) -> None:
    names = {"name_id": "Nama Contoh", "name_en": "Sample Name", "mission_name_local": "Sample Name"}
    event = replace(shipped("jakarta"), forms=(Form.letter, Form.card))
    (letter,) = letters(event, "AU", {**who, **names})
    document = renderer().render(letter)
    assert sizes(document) == [A4, A4, A5_LANDSCAPE]
    assert "SampleName" in as_chrome_reads(document, 2)


def test_a_picture_of_the_workspace_takes_the_place_of_the_drawing(tmp_path: Path) -> None:
    folder = tmp_path / "events/jakarta"
    folder.mkdir(parents=True)
    Image.new("RGB", (40, 40), (10, 200, 30)).save(folder / "tas.png")
    catalogues, _ = house()
    product = replace(mission().products[0], picture="tas.png")
    (letter,) = letters(
        replace(mission(), products=(product,)),
        "DE",
        wanted=(Form.products,),
        templates=Templates([tmp_path, ROOT / "templates"], catalogues),
    )
    assert letter.assets["picture-tas.png"] == (folder / "tas.png").read_bytes()
    page = picture(renderer().render(letter), 0, 1)
    assert (10, 200, 30) in {colour for _, colour in page.getcolors(page.width * page.height) or []}
