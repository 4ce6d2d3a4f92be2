"""The sixteen shipped embassies' letters as real PDFs: pages, faces, text, languages, link and QR code."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from invites.compose.letter import compose_letter
from invites.errors import RenderError
from invites.model.batch import Invitation
from invites.model.event import Contact, Event, LetterFacts, Signatory, SignatoryKind
from invites.model.link import Link
from invites.model.message import Document, Letter
from invites.render import fonts
from invites.render.pdf import PdfRenderer
from invites.track import links
from invites.validate.event_file import read_event
from invites.validate.reader import read_list
from invites.words.catalogue import Catalogues, direction
from invites.words.jinja import Templates
from tests.scene import approved_all

ROOT = Path(__file__).parents[3]
LIST = ROOT / "recipients/embassies.csv"
CODES = [row["code"] for row in csv.DictReader(LIST.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")]
KEY = b"k" * 32
HOSTILE = '<img src=file:///etc/passwd><link rel=attachment href="http://127.0.0.1:9/">'


@dataclass(frozen=True, kw_only=True)
class Made:
    """A letter and its PDF."""

    letter: Letter
    document: Document
    link: Link


@cache
def renderer() -> PdfRenderer:
    return PdfRenderer()


@cache
def house() -> tuple[Catalogues, Templates]:
    catalogues = Catalogues([ROOT / "templates"], approved_all)
    return catalogues, Templates([ROOT / "templates"], catalogues)


@cache
def shipped(slug: str) -> Event:
    file = ROOT / f"templates/events/{slug}/event.toml"
    event = read_event(file, now=datetime(2024, 1, 8, tzinfo=UTC), for_sending=False).event
    assert event is not None
    return event


def composed(event: Event, code: str, *, templates: Templates | None = None, **changes: object) -> tuple[Letter, Link]:
    catalogues, ours = house()
    listed = read_list(LIST, catalogues=catalogues, today=date(2024, 1, 8)).recipients
    recipient = next(each for each in listed if each.code == code)
    invitation = Invitation(
        event=event.slug,
        code=code,
        revision=1,
        number=event.letter.number,
        recipient=replace(recipient, **changes),  # type: ignore[arg-type]
    )
    link = links.derive([KEY], "https://undangan.kalselprov.example", event.slug, code)
    return compose_letter(event, invitation, link, templates=templates or ours, catalogues=catalogues), link


@cache
def made(slug: str, code: str) -> Made:
    letter, link = composed(shipped(slug), code)
    return Made(letter=letter, document=renderer().render(letter), link=link)


def as_chrome_reads(document: Document, page: int) -> str:
    """All that is searched for, without the spaces that line ends bring."""
    return squeezed(pypdfium2.PdfDocument(document.pdf)[page].get_textpage().get_text_range())


def squeezed(text: str) -> str:
    """Without spaces and hyphens: PDFium takes a hyphen at the end of a line for one that hyphenation put there."""
    return "".join(unicodedata.normalize("NFKC", text).translate(dict.fromkeys(b"-\x02")).replace("\ufffe", "").split())


def languages_of_sheets(document: Document) -> list[str]:
    """The /Lang of each sheet's element; "" where it has none."""
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        return [str(sheet.get("/Lang", "")) for top in pdf.Root.StructTreeRoot.K for sheet in top.K]


@pytest.mark.parametrize("slug", ["jakarta", "bali"])
@pytest.mark.parametrize("code", CODES)
def test_each_letter_is_two_pages_in_the_faces_of_the_table(code: str, slug: str) -> None:
    letter, document = made(slug, code).letter, made(slug, code).document
    assert document.pages == len(letter.languages) == 2
    assert set(document.fonts) == set(fonts.families(letter.languages))
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        assert [[float(side) for side in page.mediabox] for page in pdf.pages] == [[0, 0, 595.275591, 841.889764]] * 2
        embedded = {str(font.FontName).partition("+")[2] for font in pdf.objects if descriptor(font)}
    assert {name.removesuffix("-Bold").replace("-", " ") for name in embedded} == set(document.fonts)


def descriptor(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"


@pytest.mark.parametrize("code", CODES)
def test_number_and_subject_can_be_searched_for_on_both_pages(code: str) -> None:
    letter, document = made("jakarta", code).letter, made("jakarta", code).document
    event = shipped("jakarta")
    catalogues, _ = house()
    for page, language in enumerate(letter.languages):
        title = event.titles.get(language, event.titles["en"])
        text = as_chrome_reads(document, page)
        assert event.letter.number in text
        if direction(language) == "ltr":
            assert squeezed(catalogues.fill("letter.subject", language, event_title=title)) in text
        else:
            assert squeezed(title) in text


@pytest.mark.parametrize("code", sorted(set(CODES) - {"IN", "SA", "AE"}))
def test_a_plain_reader_finds_the_subject_in_all_scripts_but_devanagari_and_arabic(code: str) -> None:
    letter, document = made("jakarta", code).letter, made("jakarta", code).document
    text = squeezed(PdfReader(BytesIO(document.pdf)).pages[1].extract_text())
    titles = shipped("jakarta").titles
    assert squeezed(titles.get(letter.languages[1], titles["en"])) in text


@pytest.mark.parametrize("code", CODES)
def test_the_translated_sheet_is_announced_in_its_language_and_the_first_is_not(code: str) -> None:
    assert languages_of_sheets(made("jakarta", code).document) == ["", made("jakarta", code).letter.languages[1]]


@pytest.mark.parametrize("code", CODES)
def test_link_and_qr_code_lead_to_the_embassys_own_page(code: str) -> None:
    document, link = made("jakarta", code).document, made("jakarta", code).link
    for page in pypdfium2.PdfDocument(document.pdf):
        found = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        assert [barcode.text for barcode in found] == [link.url]
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        for page in pdf.pages:
            targets = {str(annotation.A.URI) for annotation in page.Annots}
            assert {target for target in targets if not target.startswith("mailto:")} == {link.url}


def test_no_two_embassies_share_a_link() -> None:
    assert len({made("jakarta", code).link.url for code in CODES}) == len(CODES)


SECOND_PROCESS = """
import sys
from tests.integration.letters import test_sixteen as letters
for code in sys.argv[1:]:
    print(letters.made("jakarta", code).document.sha256)
"""


def test_another_process_writes_the_same_bytes() -> None:
    codes = ["JP", "SA", "TH", "US"]
    run = subprocess.run(
        [sys.executable, "-c", SECOND_PROCESS, *reversed(codes)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "1", "TZ": "America/Lima", "LANG": "C"},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert run.stdout.split() == [made("jakarta", code).document.sha256 for code in reversed(codes)]


def test_a_hostile_list_and_event_print_as_text_and_load_nothing() -> None:
    event = replace(
        shipped("jakarta"),
        titles={"id": HOSTILE, "en": HOSTILE},
        venue={"id": HOSTILE, "en": HOSTILE},
        contact=Contact(name=HOSTILE, phone="+62 511 0000 0000", email="a@b.example"),
        letter=LetterFacts(number=HOSTILE, date=date(2024, 2, 5), place=HOSTILE),
        signatory=Signatory(name=HOSTILE),
        copies=(),
        programme=(),
    )
    letter, _ = composed(event, "SA", head_name=HOSTILE, name_id=HOSTILE)
    document = renderer().render(letter)
    assert squeezed(HOSTILE) in as_chrome_reads(document, 0)
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        assert len(pdf.attachments) == 0
        assert all("root:" not in str(item) for item in pdf.objects)


def test_a_long_programme_is_set_smaller_and_still_fits() -> None:
    event = shipped("jakarta")
    letter, _ = composed(replace(event, programme=(event.programme * 3)[:12]), "RU")
    assert renderer().render(letter).pages == 2


def test_an_emblem_and_a_signature_on_behalf_leave_it_two_pages(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
    (tmp_path / "assets/emblem.svg").write_text(drawing)
    event = replace(shipped("jakarta"), signatory=Signatory(kind=SignatoryKind.on_behalf, name="Nama Pejabat"))
    templates = Templates([tmp_path, ROOT / "templates"], house()[0])
    letter, _ = composed(event, "FR", templates=templates)
    assert "emblem.svg" in letter.assets
    assert renderer().render(letter).pages == 2


def test_what_fits_no_two_pages_is_refused_by_name() -> None:
    event = shipped("jakarta")
    letter, _ = composed(replace(event, programme=event.programme * 9), "RU")
    with pytest.raises(RenderError) as caught:
        renderer().render(letter)
    assert caught.value.key == "letter_pages"
    assert (caught.value.fields["event"], caught.value.fields["code"]) == ("jakarta", "RU")
