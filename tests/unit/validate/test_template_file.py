"""The workbook that staff fill in: text cells, drop-downs, a note on every column."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from invites.validate.columns import COLUMNS
from invites.validate.files import read
from invites.validate.rows import understood
from invites.validate.template_file import workbook
from tests.unit.validate.lists import csv_file, embassy, shorts


@pytest.fixture
def filled(catalogues, tmp_path):
    """A workbook made of these rows."""

    def make(*rows, language="id"):
        table = read(csv_file(tmp_path, *rows)).table
        sheet, _ = understood(table)
        path = tmp_path / "list.xlsx"
        path.write_bytes(workbook(sheet, catalogues, language))
        return path

    return make


def part(path, name):
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return archive.read(name).decode()


def test_what_the_workbook_holds_comes_back_byte_exact(listed, filled, tmp_path):
    rows = (
        embassy(notes="baris satu\nbaris dua", phone="+62 21 0000 0000"),
        embassy("KR", name_id="Kedutaan “Besar” ½"),
    )

    assert listed(filled(*rows)).recipients == listed(tmp_path / "list.csv").recipients


def test_every_column_has_a_drop_down_where_the_choice_is_closed_and_a_note(filled, catalogues):
    path = filled(embassy())
    lists = re.findall(r'sqref="([A-Z]+)2:[A-Z]+501"', part(path, "xl/worksheets/sheet1.xml"))
    comments = part(path, "xl/comments1.xml")

    assert len(lists) == 8
    assert comments.count("<comment ref=") == len(COLUMNS)
    assert "Kode unik perwakilan." in comments
    assert "The mission's own code." not in comments


def test_the_notes_are_in_the_language_that_was_asked_for(filled):
    assert "The mission&apos;s own code." in part(filled(embassy(), language="en"), "xl/comments1.xml").replace(
        "'", "&apos;"
    )


def test_a_hostile_cell_becomes_text_and_neither_formula_nor_link(filled, listed):
    path = filled(embassy(notes='=HYPERLINK("http://evil.example")', source="http://evil.example"))
    sheet = part(path, "xl/worksheets/sheet1.xml")

    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert [line for line in shorts(listed(path).problems) if line.startswith("R007")] == ["R007.formula E AE2"]


def test_a_telephone_number_is_a_text_cell(filled):
    sheet = part(filled(embassy(phone="62811234567")), "xl/worksheets/sheet1.xml")

    assert "62811234567" not in sheet
