"""Readers that are none of ours find nothing wrong: every embassy's letter, for a screen reader and for an archive."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from invites.model.message import Attachment, Variant

from . import readers
from .test_sixteen import CODES, made, renderer, shipped

pytestmark = pytest.mark.slow
CALENDAR = Attachment(
    filename="invitation.ics", content_type="application/ics", content=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
)


def written(code: str, variant: Variant, folder: Path) -> Path:
    letter = replace(made("jakarta", code).letter, variant=variant, attachments=(CALENDAR,))
    path = folder / f"{code}.pdf"
    path.write_bytes(renderer().render(letter).pdf)
    return path


@pytest.mark.parametrize("variant", Variant)
@pytest.mark.parametrize("code", CODES)
def test_no_reader_finds_anything(code: str, variant: Variant, tmp_path: Path) -> None:
    path = written(code, variant, tmp_path)
    assert readers.complaints(path) == []
    facts = readers.facts(path)
    assert (facts["Tagged"], facts["Pages"], facts["JavaScript"], facts["Encrypted"]) == ("yes", "2", "no", "no")
    assert facts["Page size"].endswith("(A4)")
    assert {name: flags for name, flags in readers.fonts(path).items() if flags != ("yes", "yes", "yes")} == {}
    assert shipped("jakarta").letter.number in readers.run("pdftotext", path, "-")[0]


def test_a_reader_that_finds_something_is_heard(tmp_path: Path) -> None:
    path = written("JP", Variant.ua1, tmp_path)
    with pikepdf.open(path) as pdf:
        broken = BytesIO()
        pdf.pages[0].Contents.write(b"BT /Nowhere 12 Tf (x) Tj")
        pdf.save(broken)
    path.write_bytes(broken.getvalue())
    assert readers.complaints(path) != []
