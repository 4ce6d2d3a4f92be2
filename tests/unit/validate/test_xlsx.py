"""A list comes as a workbook: types, sheets, and workbooks that are not what they seem."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import xlsxwriter

from tests.unit.validate.lists import embassy, shorts, xlsx_file

WIB = timezone(timedelta(hours=7))


def repacked(path: Path, changes: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """The workbook with some parts replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in (parts | changes).items():
            archive.writestr(name, content)
    return path


def sheet_xml(rows: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>{rows}</sheetData></worksheet>'
    ).encode()


def test_a_workbook_gives_recipients_and_its_cells_are_named_with_the_sheet(listed, tmp_path):
    result = listed(xlsx_file(tmp_path, [embassy("JP"), embassy("KR", email="protokol@")]))

    assert [recipient.code for recipient in result.recipients] == ["JP"]
    (problem,) = result.problems
    assert (problem.file, problem.sheet, problem.row, problem.column, problem.cell) == (
        "list.xlsx", "Kedutaan", 3, "email", "I3",
    )  # fmt: skip


def test_dates_that_excel_keeps_as_dates_are_read_in_jakarta_time(listed, tmp_path):
    morning, day = datetime(2022, 2, 16, 9, 30, tzinfo=WIB), datetime(2024, 1, 20, tzinfo=WIB)
    # a workbook knows no zones
    row = embassy(credentials_at=morning.replace(tzinfo=None), verified_on=day.replace(tzinfo=None))

    (recipient,) = listed(xlsx_file(tmp_path, [row])).recipients

    assert recipient.credentials_at == morning
    assert recipient.verified_on == day.date()


def test_a_true_cell_and_a_whole_number_are_read_as_meant(listed, tmp_path):
    row = embassy(shared_mailbox=True, precedence_override=2.0, precedence_reason="kebiasaan setempat")

    (recipient,) = listed(xlsx_file(tmp_path, [row])).recipients

    assert recipient.shared_mailbox is True
    assert recipient.precedence_override == 2


@pytest.mark.parametrize(
    ("phone", "short"),
    [
        (62811234567.0, "R017.number W N2"),
        (811234567.0, "R017.lost E N2"),
        (6.28112345678901e15, "R017.lost E N2"),
        (0.5, "R017.lost E N2"),
    ],
)
def test_a_phone_number_that_excel_made_a_figure_is_found(listed, tmp_path, phone, short):
    result = listed(xlsx_file(tmp_path, [embassy(phone=phone)]))

    assert shorts(result.problems) == [short]


def test_other_and_hidden_sheets_do_not_disturb(listed, tmp_path):
    path = xlsx_file(tmp_path, [embassy()], sheets=("Kedutaan", "Lama"), hidden=("Lama",))

    assert [recipient.code for recipient in listed(path).recipients] == ["JP"]


def test_two_sheets_with_a_list_are_not_chosen_between(listed, tmp_path):
    path = xlsx_file(tmp_path, [embassy()], sheets=("Kedutaan", "Salinan"))

    problems = listed(path).problems

    assert shorts(problems) == ["R001.sheets B"]
    assert dict(problems[0].fields)["sheets"] == "Kedutaan, Salinan"


def test_a_workbook_without_a_list_says_so(listed, tmp_path):
    path = repacked(xlsx_file(tmp_path, []), {"xl/worksheets/sheet1.xml": sheet_xml("").replace(b"code", b"kode")})

    assert shorts(listed(path).problems) == ["R001.empty B"]


def test_a_header_that_excel_left_in_one_cell_is_recognised(listed, tmp_path):
    header = b"code;kind;name_id;name_en;locale;email"
    path = repacked(xlsx_file(tmp_path, []), {"xl/worksheets/sheet1.xml": sheet_xml("").replace(b"code", header)})
    row = b'<row r="2"><c r="A2" t="inlineStr"><is><t>JP;embassy</t></is></c></row></sheetData>'
    part = sheet_xml("").replace(b"code", header).replace(b"</sheetData>", row)

    assert shorts(listed(repacked(path, {"xl/worksheets/sheet1.xml": part}), expected=16).problems) == [
        "R001.one_cell B A1"
    ]


@pytest.mark.parametrize(
    ("content", "short"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "R001.kind B"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "R001.locked B"),
        (b"PK\x03\x04", "R001.unreadable B"),
    ],
    ids=["old XLS", "with a password", "cut off"],
)
def test_a_file_that_calamine_should_not_see_is_refused(listed, tmp_path, content, short):
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)

    assert shorts(listed(path).problems) == [short]


def test_another_office_format_in_a_zip_is_refused_by_kind(listed, tmp_path):
    path = tmp_path / "list.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")

    assert shorts(listed(path).problems) == ["R001.kind B"]


def test_a_zip_bomb_is_refused_by_its_declared_size_before_it_is_unpacked(listed, tmp_path):
    path = repacked(xlsx_file(tmp_path, [embassy()]), {"xl/worksheets/sheet2.xml": bytes(40_000_000)})
    assert path.stat().st_size < 100_000

    assert shorts(listed(path).problems) == ["R005.unpacked B"]


def test_a_zip_that_lies_about_its_sizes_is_refused(listed, tmp_path):
    path = repacked(xlsx_file(tmp_path, [embassy()]), {"xl/worksheets/sheet1.xml": sheet_xml(" " * 20_000_000)})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    true_size = entry.file_size.to_bytes(4, "little")
    while (at := content.find(true_size)) >= 0:
        content[at : at + 4] = (1_000).to_bytes(4, "little")
    path.write_bytes(content)

    assert shorts(listed(path).problems) == ["R001.unreadable B"]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c s=">" r=\'XFD2\'><v>1</v></c></row>',
        '<row r="1048570"/><row><c><v>1</v></c></row>',
        "<row/>" * 20_000,
        f"<row>{'<c/>' * 1_000}</row>",
        '<x:row r="999999"><x:c><x:v>1</x:v></x:c></x:row>',
    ],
    ids=["far corner", "far column behind a quoted >", "far row", "rows by count", "cells by count", "prefixed"],
)
def test_a_sheet_that_is_small_on_disk_and_vast_in_memory_is_refused(listed, tmp_path, rows):
    path = repacked(xlsx_file(tmp_path, [embassy()]), {"xl/worksheets/sheet1.xml": sheet_xml(rows)})

    assert shorts(listed(path).problems) == ["R005.rows B"]


def test_one_long_text_shared_by_many_cells_is_refused(listed, tmp_path):
    cell = '<c t="s"><v>0</v></c>'
    rows = "".join(f'<row r="{number}">{cell * 100}</row>' for number in range(2, 60))
    shared = b"<sst><si><t>" + b"x" * 900_000 + b"</t></si></sst>"
    path = xlsx_file(tmp_path, [embassy()])
    changes = {"xl/worksheets/sheet1.xml": sheet_xml(rows), "xl/sharedStrings.xml": shared}

    assert shorts(listed(repacked(path, changes, zipfile.ZIP_STORED)).problems) == ["R005.unpacked B"]


def test_a_megabyte_in_one_cell_is_refused_by_that_cell(listed, tmp_path):
    path = repacked(
        xlsx_file(tmp_path, [embassy()]),
        {
            "xl/worksheets/sheet1.xml": sheet_xml(
                f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"J" * 1_000_000}</t></is></c></row>'
            )
        },
        zipfile.ZIP_STORED,
    )

    problems = listed(path).problems

    assert "R005.cell E A2" in shorts(problems)
    assert all(len(value) <= 70 for problem in problems for _, value in problem.fields)


def test_utf_16_inside_a_part_cannot_hide_a_far_cell(listed, tmp_path):
    hidden = sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>').decode().replace("UTF-8", "UTF-16")
    path = repacked(xlsx_file(tmp_path, [embassy()]), {"xl/worksheets/sheet1.xml": hidden.encode("utf-16")})

    assert shorts(listed(path).problems) == ["R001.unreadable B"]


def test_a_formula_that_failed_is_found_by_its_cell(listed, tmp_path):
    row = embassy()
    path = xlsx_file(tmp_path, [row | {"name_en": "#REF!"}])

    assert shorts(listed(path).problems) == ["R007.error E D2"]


@pytest.mark.parametrize("shown", ["#N/A", "#DIV/0!"])
def test_an_address_that_excel_could_not_look_up_is_not_taken_for_an_empty_one(listed, tmp_path, shown):
    path = tmp_path / "list.xlsx"
    row = embassy()
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Kedutaan")
        sheet.write_row(0, 0, list(row))
        sheet.write_row(1, 0, list(row.values()))
        sheet.write_formula(1, list(row).index("email"), "=VLOOKUP(A2,X:Y,2,0)", None, shown)

    (problem,) = listed(path).problems

    assert shorts([problem]) == ["R007.error E I2"]
    assert dict(problem.fields)["text"] == shown


def test_a_merged_title_above_the_header_is_one_problem(listed, tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Kedutaan")
        sheet.merge_range(0, 0, 0, 12, "Daftar Kedutaan 2024")
        for number, cells in enumerate([list(embassy()), embassy("JP").values(), embassy("KR").values()], 1):
            sheet.write_row(number, 0, cells)

    (problem,) = listed(path, expected=16).problems

    assert shorts([problem]) == ["R001.title_above B A1"]
    assert dict(problem.fields) == {"row": "2"}


def test_a_sheet_name_cannot_write_control_characters_to_a_terminal(listed, tmp_path):
    path = xlsx_file(tmp_path, [embassy(email="x")], sheets=("Kedutaan\u202e",))

    assert listed(path).problems[0].sheet == "Kedutaan<U+202E>"
