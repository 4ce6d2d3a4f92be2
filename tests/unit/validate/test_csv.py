"""A list comes out of Excel in many flavours of CSV; every one is read, or refused with what to do."""

import codecs

import pytest

from tests.unit.validate.lists import csv_file, csv_text, embassy, shorts


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 BOM", "utf-16 LE", "utf-16 BE"],
)
def test_every_flavour_of_excel_gives_the_same_recipients(listed, tmp_path, separator, end, encode):
    rows = (embassy("JP"), embassy("KR", name_id="Kedutaan Besar Republik “Korea”; ‘Selatan’, besar"))
    path = tmp_path / "list.csv"
    path.write_bytes(encode(csv_text(*rows, separator=separator, end=end)))

    result = listed(path)

    assert [recipient.name_id for recipient in result.recipients] == [row["name_id"] for row in rows]
    assert shorts(result.problems) == []


def test_the_sep_line_names_the_separator_and_counts_as_no_row(listed, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("sep=|\n" + csv_text(embassy(email="protocol"), separator="|"), encoding="utf-8")

    assert shorts(listed(path).problems) == ["R010.syntax E I2"]


def test_a_quoted_line_break_does_not_shift_the_rows_below(listed, tmp_path):
    rows = (embassy("JP", notes="baris satu\nbaris dua\r\nbaris tiga"), embassy("KR", email="protocol"))

    result = listed(csv_file(tmp_path, *rows))

    assert result.recipients[0].notes == "baris satu\nbaris dua\nbaris tiga"
    assert shorts(result.problems) == ["R010.syntax E I3"]


def test_empty_rows_and_columns_are_no_recipients(listed, tmp_path):
    lines = csv_text(embassy("JP"), embassy("KR")).splitlines()
    path = tmp_path / "list.csv"
    padded = [lines[0] + ";;", ";;;", lines[1] + ";;", "", " ; ", lines[2] + ";;;;", ";;;;;;", ""]
    path.write_text("\n".join(padded), encoding="utf-8")

    result = listed(path)

    assert [recipient.code for recipient in result.recipients] == ["JP", "KR"]
    assert shorts(result.problems) == []


def test_rows_keep_the_numbers_that_excel_shows_when_some_are_empty(listed, tmp_path):
    lines = csv_text(embassy("JP"), embassy("KR", email="protocol")).splitlines()
    path = tmp_path / "list.csv"
    path.write_text("\n".join([lines[0], "", lines[1], "", lines[2]]), encoding="utf-8")

    assert shorts(listed(path).problems) == ["R010.syntax E I5"]


def test_a_list_in_cp1252_is_read_to_the_end_but_never_passes(listed, tmp_path):
    path = tmp_path / "list.csv"
    rows = (embassy("TR", name_en="Embassy of Türkiye", locale="en-GB", email="protocol"), embassy("JP", locale="en"))
    text = csv_text(*rows).replace("在インドネシア日本国大使館", "????????????")
    path.write_bytes(text.encode("cp1252"))

    problems = shorts(listed(path).problems)

    assert problems == [
        "R001.encoding B",
        "R006.damaged E F2", "R006.damaged E G2", "R010.syntax E I2",
        "R006.damaged E F3", "R006.damaged E G3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "R001.empty B"),
        (b"\xef\xbb\xbf", "R001.empty B"),
        (b"code;kind;name_id;name_en;locale;email\n\n;;;\n", "R001.empty B"),
        (b"\x81\x8d\x8f\x90\x9d", "R001.unreadable B"),
        (b"\xff\xfec", "R001.unreadable B"),
        (b'code;kind\n"JP;embassy\n', "R001.quotes B A2"),
        (b'code;kind\n"JP"x;embassy\n', "R001.quotes B A2"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_file(listed, tmp_path, content, rule):
    path = tmp_path / "list.csv"
    path.write_bytes(content)

    result = listed(path)

    assert shorts(result.problems) == [rule]
    assert result.recipients == ()


def test_a_file_that_is_not_there_is_a_problem_and_no_exception(listed, tmp_path):
    assert shorts(listed(tmp_path / "none.csv").problems) == ["R001.missing_file B"]
    assert shorts(listed(tmp_path).problems) == ["R001.missing_file B"]
    assert shorts(listed(tmp_path / "nul\0.csv").problems) == ["R001.missing_file B"]


def test_the_header_is_forgiven_its_case_and_spaces_and_the_other_spelling_of_a_name(listed, tmp_path):
    path = tmp_path / "list.csv"
    text = csv_text(embassy()).replace("name_id", "mission_name_id", 1).replace("email", " Email ", 1)
    path.write_text(text, encoding="utf-8")

    result = listed(path)

    assert shorts(result.problems) == []
    assert result.recipients[0].name_id == "Kedutaan Besar JP"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_title_above_the_header_is_one_problem_that_names_the_header_s_row(listed, tmp_path, separator):
    path = tmp_path / "list.csv"
    title = separator.join(["Daftar Kedutaan 2024", "", ""])
    text = "\n".join([title, "", csv_text(embassy("JP"), embassy("KR"), separator=separator)])
    path.write_text(text, encoding="utf-8")

    (problem,) = listed(path, expected=16).problems

    assert shorts([problem]) == ["R001.title_above B A1"]
    assert dict(problem.fields) == {"row": "3"}


def test_rows_that_excel_saved_in_one_cell_each_are_one_problem(listed, tmp_path):
    path = tmp_path / "list.csv"
    head, *rows = csv_text(embassy("JP"), embassy("KR"), separator=",").splitlines()
    path.write_text("\n".join([head, *(f'"{row}"' for row in rows)]), encoding="utf-8")

    assert shorts(listed(path, expected=16).problems) == ["R001.one_cell B A2"]


def test_header_and_rows_in_one_cell_each_are_one_problem(listed, tmp_path):
    path = tmp_path / "list.csv"
    lines = csv_text(embassy("JP"), embassy("KR"), separator=",").splitlines()
    path.write_text("\n".join(f'"{line}"' for line in lines), encoding="utf-8")

    assert shorts(listed(path, expected=16).problems) == ["R001.one_cell B A1"]


def test_a_single_long_note_is_no_row_in_one_cell(listed, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(csv_text(embassy("JP")) + "satu; dua,,,\n", encoding="utf-8")

    assert "R001.one_cell" not in " ".join(shorts(listed(path).problems))


def test_unknown_repeated_missing_and_unnamed_columns_block_the_list(listed, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code;kind;surel;name_id;mission_name_id;locale\nJP;embassy;a@b.example;x;y;ja;stray\n", "utf-8")

    problems = listed(path).problems

    assert {problem.code for problem in problems if problem.severity == "B"} == {"R001"}
    assert shorts(problem for problem in problems if problem.code == "R001") == [
        "R001.missing_column B A1", "R001.missing_column B A1", "R001.unknown_column B C1", "R001.repeated_column B E1",
        "R001.beyond_header B G2",
    ]  # fmt: skip
    assert [dict(problem.fields)["name"] for problem in problems[:2]] == ["name_en", "email"]


def test_a_missing_column_is_said_once_and_not_in_every_row(listed, tmp_path):
    path = tmp_path / "list.csv"
    rows = [{name: value for name, value in embassy(code).items() if name != "locale"} for code in ("JP", "KR")]
    text = csv_text(*rows).replace(";locale", "").replace("大使館;;", "大使館;")
    path.write_text(text, encoding="utf-8")

    assert shorts(listed(path).problems) == ["R001.missing_column B A1"]


def test_a_list_of_five_thousand_rows_is_read_and_one_more_is_not(listed, tmp_path):
    path = tmp_path / "list.csv"
    for rows, refused in ((5_000, False), (5_001, True)):
        path.write_text("code;kind;name_id;name_en;locale;email\n" + "JP;embassy;a;b;en;c\n" * rows, encoding="utf-8")
        assert ("R005.rows B" in shorts(listed(path).problems)) is refused
