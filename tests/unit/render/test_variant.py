"""The two standards that a PDF can follow: one for screen readers, one for archives, with files inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf

from invites.model.message import Attachment, Letter, Variant
from invites.render.pdf import PdfRenderer
from invites.render.slots import cut

from .conftest import small

DATED = '<meta name="dcterms.created" content="2024-02-05">'
FILE = Attachment(filename="invitation.ics", content_type="application/ics", content=b"BEGIN:VCALENDAR\r\n")


def for_archive(*, head: str = DATED) -> Letter:
    return replace(small("<h1 data-slot>Isi</h1>", head=head), variant=Variant.a3a, attachments=(FILE,))


def test_a_letter_for_an_archive_says_so_and_stays_tagged(renderer: PdfRenderer) -> None:
    with pikepdf.open(BytesIO(renderer.render(for_archive()).pdf)) as pdf:
        words = pdf.Root.Metadata.read_bytes().decode()
        assert 'pdfaid:part="3"' in words
        assert 'pdfaid:conformance="A"' in words
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "id"
        assert "/ID" in pdf.trailer


def test_its_file_is_associated_once_under_its_name_and_with_the_letters_date(renderer: PdfRenderer) -> None:
    with pikepdf.open(BytesIO(renderer.render(for_archive()).pdf)) as pdf:
        (specification,) = pdf.Root.AF
        assert specification.AFRelationship == "/Supplement"
        assert list(pdf.attachments) == ["invitation.ics"]
        file = pdf.attachments["invitation.ics"].get_file()
        assert file.read_bytes() == FILE.content
        assert file.mime_type == "text/calendar"
        assert file.creation_date == file.mod_date == datetime(2024, 2, 5, tzinfo=UTC)


def test_a_letter_without_a_date_has_none_of_the_clock_either(renderer: PdfRenderer) -> None:
    with pikepdf.open(BytesIO(renderer.render(for_archive(head="")).pdf)) as pdf:
        assert pdf.attachments["invitation.ics"].get_file().creation_date == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_letter_for_screen_readers_holds_no_file(renderer: PdfRenderer) -> None:
    plain = replace(for_archive(), variant=Variant.ua1)
    with pikepdf.open(BytesIO(renderer.render(plain).pdf)) as pdf:
        assert len(pdf.attachments) == 0
        assert "/AF" not in pdf.Root
    assert renderer.render(plain).sha256 == renderer.render(replace(plain, attachments=())).sha256


def test_a_letter_for_an_archive_is_never_made_together_with_others() -> None:
    assert cut(for_archive()) is None
    assert cut(replace(for_archive(), variant=Variant.ua1)) is not None
