"""Files made to hurt are limited in time, memory and what they may bring along, and the next file is read as ever."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from invites.model.signature import FindingState
from invites.sign import upload
from invites.sign.cell import Cell
from invites.sign.upload import match
from tests.integration.sign.papers import Office, letter, rewritten, scanned
from tests.integration.sign.test_upload import Tray, only, refused

Change = Callable[[pikepdf.Pdf], None]


# no PDF that could be looked at


@pytest.mark.parametrize("content", [b"", b"Nomor: 500.2/0123/DISDAG/2024", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04" * 400])
def test_what_is_no_pdf_is_refused(tray: Tray, content: bytes) -> None:
    assert refused(only(tray, content), "not_pdf")


def test_a_folder_and_a_file_that_is_gone_are_no_pdf(tmp_path: Path) -> None:
    for finding in match([tmp_path, tmp_path / "gone.pdf"], [letter("JP")]).findings:
        assert refused(finding, "not_pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"<<" * 100_000])
def test_a_damaged_pdf_is_refused(tray: Tray, content: bytes) -> None:
    assert refused(only(tray, content), "unreadable")


def test_a_signed_letter_that_broke_off_is_refused(office: Office, tray: Tray) -> None:
    signed = office.sign(letter("JP").pdf)
    for length in (9000, len(letter("JP").pdf) + 3000, len(signed) - 1):
        assert only(tray, signed[:length]).state is FindingState.refused


@pytest.mark.parametrize("password", ["", "rahasia"])
def test_a_pdf_with_a_password_is_refused_even_if_it_opens_without(tray: Tray, password: str) -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(letter("JP").pdf)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="pemilik", user=password))
    assert refused(only(tray, locked.getvalue()), "password")


# too much


def test_a_file_larger_than_a_letter_is_not_even_opened(tray: Tray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "_LARGEST", 1000)
    assert refused(only(tray, letter("JP").pdf), "too_large")


def test_a_page_bomb_is_refused(tray: Tray) -> None:
    def multiply(pdf: pikepdf.Pdf) -> None:
        for _ in range(3000):
            pdf.pages.append(pdf.pages[0])

    finding = only(tray, rewritten(letter("FR").pdf, multiply))
    assert refused(finding, "too_many_pages")
    assert finding.fields == {"found": "3002", "most": "24"}


def test_a_page_as_large_as_a_house_is_refused(tray: Tray) -> None:
    def stretch(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 14_000, 14_000])

    assert refused(only(tray, rewritten(letter("JP").pdf, stretch)), "too_large")


def test_a_picture_of_a_thousand_megapixels_is_refused(tray: Tray) -> None:
    def swell(pdf: pikepdf.Pdf) -> None:
        side = 32_000
        picture = pikepdf.Stream(pdf, zlib.compress(bytes(side * side // 8)))
        picture.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=side, Height=side,
                ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=1, Filter=pikepdf.Name.FlateDecode,
            )
        )  # fmt: skip
        name = pdf.pages[0].add_resource(picture, pikepdf.Name.XObject)
        pdf.pages[0].contents_add(f"q 10 0 0 10 0 0 cm {name} Do Q".encode())

    assert refused(only(tray, rewritten(letter("JP").pdf, swell)), "too_large")


def test_a_stream_that_swells_to_gigabytes_ends_its_reader_alone(tray: Tray, office: Office) -> None:
    packer = zlib.compressobj(1)
    block = packer.compress(b" " * (1 << 26)) + packer.flush(
        zlib.Z_FULL_FLUSH
    )  # stands for itself, so it can be repeated
    blown = block[:2] + block[2:] * 40
    bomb = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n%%%%EOF\n" % (len(blown), blown)
    )
    paths = tray(bomb, office.sign(letter("JP").pdf))
    first, second = match(paths, [letter("JP")]).findings
    assert first.state is FindingState.refused
    assert first.reason in {"too_much_work", "unreadable", "no_code"}
    assert second.state is FindingState.accepted


@pytest.mark.slow
def test_a_reader_that_runs_away_is_ended(tray: Tray, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose forms draw one another, ten times each, nine deep."""

    def nest(pdf: pikepdf.Pdf) -> None:
        inner = form(pdf, b"0 0 m 600 800 l S", None)
        for _ in range(9):
            inner = form(pdf, b"/X Do " * 10, inner)
        name = pdf.pages[0].add_resource(inner, pikepdf.Name.XObject)
        pdf.pages[0].contents_add(f"{name} Do".encode())

    monkeypatch.setattr(upload, "Cell", lambda: Cell(seconds=8))
    paths = tray(rewritten(letter("FR").pdf, nest), office.sign(letter("JP").pdf))
    first, second = match(paths, [letter("JP")]).findings
    assert refused(first, "too_much_work")
    assert second.state is FindingState.accepted


def form(pdf: pikepdf.Pdf, content: bytes, inner: pikepdf.Object | None) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, content)
    stream.update(
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 600, 850],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner) if inner else pikepdf.Dictionary()),
        )
    )  # fmt: skip
    return pdf.make_indirect(stream)


# what a letter does not bring along


def action(**entries: object) -> Change:
    def open_with(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(entries)

    return open_with


def another_link(pdf: pikepdf.Pdf) -> None:
    for annotation in pdf.pages[0].Annots:
        if str(annotation.A.URI).startswith("https"):
            annotation.A.URI = pikepdf.String("https://undangan.example/r/lain")


def note(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots.append(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[60, 20, 300, 60],
            Contents="Acara dibatalkan", DA="/Helv 12 Tf",
        )
    )  # fmt: skip


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["lampiran.exe"] = b"MZ"


def layer(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Lain"))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[group], D=pikepdf.Dictionary())


def field(pdf: pikepdf.Pdf) -> None:
    widget = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="nomor", V="999",
            Rect=[60, 20, 300, 60],
        )
    )  # fmt: skip
    pdf.pages[0].Annots.append(widget)
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[widget])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (action(**{"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"}), "JavaScript"),
        (action(**{"/S": pikepdf.Name.Launch, "/F": "calc.exe"}), "Launch"),
        (action(**{"/S": pikepdf.Name.SubmitForm, "/F": "https://a.example"}), "SubmitForm"),
        (action(**{"/S": pikepdf.Name.URI, "/URI": "https://a.example"}), "URI https://a.example"),
        (another_link, "URI https://undangan.example/r/lain"),
        (attachment, "a file"),
        (note, "annotation FreeText"),
        (layer, "layers"),
        (field, "a form field"),
    ],
)
def test_what_the_letter_does_not_hold_is_refused_however_well_signed(
    office: Office, tray: Tray, change: Change, what: str
) -> None:
    finding = only(tray, office.sign(rewritten(letter("JP").pdf, change)))
    assert refused(finding, "added", "JP")
    assert what in finding.fields["what"].split(", ")


def test_a_file_embedded_behind_the_frozen_bytes_is_refused(office: Office, tray: Tray) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(letter("JP").pdf))
    inside = EmbeddedFileObject.from_file_data(writer, data=b"MZ", compress=False)
    embed_file(writer, FileSpec(file_spec_string="lampiran.exe", embedded_data=inside))
    written = BytesIO()
    writer.write(written)
    finding = only(tray, office.sign(written.getvalue()))
    assert refused(finding, "added", "JP")
    assert finding.fields == {"what": "a file"}


def test_a_scan_that_brings_a_script_is_refused(tray: Tray) -> None:
    script = action(**{"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"})
    assert refused(only(tray, rewritten(scanned(letter("FR").pdf), script)), "added", "FR")


def test_what_the_frozen_letter_itself_holds_is_no_addition(office: Office, tray: Tray) -> None:
    """A PDF/A-3 carries its calendar entry as a file."""
    frozen = replace(letter("JP"), pdf=rewritten(letter("JP").pdf, attachment))
    (finding,) = match(tray(office.sign(frozen.pdf)), [frozen]).findings
    assert finding.state is FindingState.accepted
