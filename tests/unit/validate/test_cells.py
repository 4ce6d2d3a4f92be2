"""What a single cell may hold: hostile and damaged content is refused where it stands."""

from __future__ import annotations

import unicodedata

import pytest

from tests.unit.validate.lists import csv_file, embassy, shorts


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Kedutaan\r\nBcc: x@evil.example", "R006.control"),
        ("Kedutaan\nBesar", "R006.control"),
        ("Kedutaan\tBesar", "R006.control"),
        ("Kedutaan\0Besar", "R006.control"),
        ("Kedutaan\x85Besar", "R006.control"),
        ("Kedutaan\u2028Besar", "R006.control"),
        ("Kedutaan \u202eraseB", "R006.bidi"),
        ("Kedutaan \u2066Besar\u2069", "R006.bidi"),
        ("Kedutaan \u200fBesar", "R006.bidi"),
        ("Kedu\u200btaan", "R006.invisible"),
        ("Kedu\u00adtaan", "R006.invisible"),
        ("\ufeffKedutaan", "R006.invisible"),
        ("Kedu\u200dtaan", "R006.invisible"),
        ("Kedutaan\ufe0f", "R006.invisible"),
        ("Kedutaan\U000e0041", "R006.invisible"),
        ("Kedutaan \ue000", "R006.invisible"),
        ("=?utf-8?q?Kedutaan=0ABcc:_x?=", "R006.encoded_word"),
        ("Kedutaan ???", "R006.damaged"),
        ("Kedutaan T\ufffdrkiye", "R006.damaged"),
        ("=1+1", "R007.formula"),
        ("+Kedutaan", "R007.formula"),
        ("-Kedutaan", "R007.formula"),
        ("@SUM(A1)", "R007.formula"),
        ("＝1+1", "R007.formula"),
        ("＠SUM", "R007.formula"),
        ("\u00a0=cmd|'/c calc'!A1", "R007.formula"),
        ("#N/A", "R007.error"),
        ("x" * 2_001, "R005.cell"),
        ("x" * 1_000_000, "R005.cell"),
    ],
)
def test_hostile_or_damaged_text_is_refused_in_its_cell(found, text, rule):
    assert f"{rule} E C2" in found(embassy(name_id=text))


@pytest.mark.parametrize(
    "name",
    [
        "  Kedutaan Besar",
        "Kedutaan Besar ",
        "Kedutaan Besar\u00a0",
    ],
)
def test_space_at_the_edge_of_a_name_is_kept_and_remarked(listed, tmp_path, name):
    result = listed(csv_file(tmp_path, embassy(name_id=name)))

    assert result.recipients[0].name_id == name
    assert shorts(result.problems) == ["R006.edges W C2"]


@pytest.mark.parametrize(
    "name",
    [
        "Ambassade de France\u00a0: à Jakarta",
        "Đại sứ quán nước Cộng hòa xã hội chủ nghĩa Việt Nam",
        "भारत का राजदूतावास, जकार्ता",
        "श्री\u200dलंका क्\u200cष",
        "سفارة المملكة العربية السعودية في جاكرتا",
        "می\u200cخواهم",
        "在印度尼西亚共和国大使馆",
        "สถานเอกอัครราชทูตไทย ณ กรุงจาการ์ตา",
        "O'Neill & “Söhne” – ½ №1; <b>",
    ],
)
def test_names_of_every_script_are_kept_as_they_are(listed, tmp_path, name):
    result = listed(csv_file(tmp_path, embassy(mission_name_local=name)))

    assert result.recipients[0].mission_name_local == name
    assert shorts(result.problems) == []


def test_a_decomposed_name_is_composed_and_nothing_else_is_changed(listed, tmp_path):
    name = "ﬁ Việt Nam ½ Ⅷ"

    result = listed(csv_file(tmp_path, embassy(name_id=unicodedata.normalize("NFD", name))))

    assert result.recipients[0].name_id == name


@pytest.mark.parametrize(
    "code", ["jp", "J", "../JP", "J/P", "J\\P", "JP.pdf", " JP", "JP ", "ＪＰ", "J" * 17, "J-_", "J٣"]
)
def test_a_code_that_could_lead_a_file_astray_is_refused(found, code):
    assert found(embassy(code)) == ["R008.form E A2"]


def test_a_code_that_windows_takes_for_a_device_is_refused(found):
    assert found(embassy("NUL", kind="organisation")) == ["R008.reserved E A2"]


def test_an_embassy_goes_by_the_code_of_its_country(found):
    assert found(embassy("UK")) == ["R008.country E A2"]
    for code in ("GB", "VA", "EU"):
        assert found(embassy(code)) == []
    assert found(embassy("KADIN-01", kind="organisation", head_class="", head_gender="")) == []


@pytest.mark.parametrize(
    ("column", "cell"), [("code", "A2"), ("kind", "B2"), ("name_id", "C2"), ("name_en", "D2"), ("locale", "H2")]
)
def test_an_empty_required_cell_is_refused(found, column, cell):
    assert found(embassy(**{column: " "})) == [f"R009 E {cell}"]


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("kind", "kedutaan", "R019.choice"),
        ("head_class", "duta besar", "R019.choice"),
        ("head_gender", "perempuan", "R019.choice"),
        ("delivery", "fax", "R019.choice"),
        ("channel", "pos", "R019.choice"),
        ("kemlu_cc", "mungkin", "R019.yes_no"),
        ("shared_mailbox", "2", "R019.yes_no"),
        ("credentials_at", "16/02/2022", "R019.date"),
        ("credentials_at", "44608.39", "R019.date"),
        ("credentials_at", "0001-01-01T00:00+14:00", "R019.date"),
        ("verified_on", "kemarin", "R019.date"),
        ("precedence_override", "0", "R019.number"),
        ("precedence_override", "satu", "R019.number"),
        ("concurrent_for", "Timor-Leste", "R019.state_code"),
    ],
)
def test_a_value_that_is_none_of_the_column_s_is_refused(found, column, text, rule):
    short = next(line for line in found(embassy(**{column: text})) if line.startswith("R019"))

    assert short.startswith(f"{rule} E ")


def test_words_are_understood_in_both_languages_and_any_case(listed, tmp_path):
    rows = (embassy("JP", kind="Embassy ", shared_mailbox="YA"), embassy("KR", shared_mailbox="TIDAK", kemlu_cc="Yes"))

    result = listed(csv_file(tmp_path, *rows))

    assert shorts(result.problems) == []
    assert [recipient.shared_mailbox for recipient in result.recipients] == [True, False]


def test_lists_in_a_cell_are_taken_apart(listed, tmp_path):
    row = embassy(
        concurrent_for="TL; PG", cc="a@embassy-jp.example; b@embassy-jp.example", address_lines="Jalan Contoh 1|Jakarta"
    )

    (recipient,) = listed(csv_file(tmp_path, row)).recipients

    assert recipient.concurrent_for == ("TL", "PG")
    assert recipient.cc == ("a@embassy-jp.example", "b@embassy-jp.example")
    assert recipient.address_lines == ("Jalan Contoh 1", "Jakarta")


@pytest.mark.parametrize(
    ("phone", "shorts_expected"),
    [
        ("6.28112E+11", ["R017.lost E N2"]),
        ("6,28112E+11", ["R017.lost E N2"]),
        ("6E11", ["R017.lost E N2"]),
        ("+62 21 0000 0000", []),
        ("(021) 0000-0000 ext. 12", []),
        ("62811234567", []),
        ("+62\u00a021 0000 0000", []),
        ("lihat catatan", ["R018 W N2"]),
        ("123", ["R018 W N2"]),
        ("=62", ["R007.formula E N2", "R018 W N2"]),
    ],
)
def test_a_phone_number_may_begin_with_a_plus_but_not_be_an_exponent(found, phone, shorts_expected):
    assert found(embassy(phone=phone)) == shorts_expected


def test_every_fault_of_a_row_is_told_at_once(found):
    row = embassy("uk", kind="x", name_id="=1", locale="ja_JP", email="a@b@c", verified_on="?", phone="1E9")

    assert [line.split()[0] for line in found(row)] == [
        "R008.form", "R019.choice", "R007.formula", "R020.form", "R010.several", "R019.date", "R017.lost",
    ]  # fmt: skip
