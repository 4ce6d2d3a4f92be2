"""The sixteen that are shipped: without fault, and the same in both files."""

from __future__ import annotations

import pytest

from invites.model.precedence import in_order
from invites.model.recipient import HeadClass
from invites.validate.files import read
from invites.validate.rows import understood
from invites.validate.template_file import workbook
from invites.words import names
from tests.unit.validate.conftest import REPOSITORY
from tests.unit.validate.lists import shorts

CSV = REPOSITORY / "recipients" / "embassies.csv"
XLSX = REPOSITORY / "recipients" / "embassies.xlsx"
HONEST_WARNINGS = ["R040.never_all W AG1", "R030 W Q5", "R030 W Q9", "R030 W Q11", "R030 W Q14"]


@pytest.mark.parametrize("path", [CSV, XLSX], ids=["csv", "xlsx"])
def test_the_shipped_list_holds_sixteen_and_nothing_that_blocks(listed, path):
    result = listed(path, expected=16)

    assert len(result.recipients) == 16
    assert shorts(result.problems) == HONEST_WARNINGS


def test_the_workbook_and_the_csv_hold_the_same_recipients(listed):
    assert listed(CSV).recipients == listed(XLSX).recipients


def test_the_shipped_workbook_is_the_one_that_the_program_writes_from_the_csv(catalogues):
    table = read(CSV).table
    assert table is not None
    sheet, _ = understood(table)

    assert workbook(sheet, catalogues, "id") == XLSX.read_bytes()


def test_the_sixteen_speak_fifteen_languages_and_every_name_form_is_there(listed, catalogues):
    recipients = listed(CSV).recipients
    languages = {recipient.code: names.language_for(recipient, catalogues) for recipient in recipients}

    assert sorted(languages.values()) == [
        "ar", "ar", "de", "en", "en-US", "fr", "hi", "ja", "ko", "ms", "nl", "ru", "th", "tr", "vi", "zh-Hans",
    ]  # fmt: skip
    for recipient in recipients:
        for language in ("id", "en", languages[recipient.code]):
            assert names.mission_name(recipient, language)
            assert names.mission_to(recipient, language)


def test_the_inflected_form_is_another_one_where_the_language_inflects(listed):
    by_code = {recipient.code: recipient for recipient in listed(CSV).recipients}

    for code in ("RU", "TR", "IN", "DE", "FR", "NL"):
        assert by_code[code].mission_to_local != by_code[code].mission_name_local
    assert by_code["RU"].mission_to_local.startswith("Посольству")


def test_the_order_of_precedence_is_that_of_class_and_credentials(listed):
    recipients = listed(CSV).recipients
    order = [recipient.code for recipient in in_order(recipients)]

    assert order[0] == "RU"
    assert order.index("JP") + 1 == order.index("IN")
    assert {recipient.code for recipient in recipients if recipient.head_class is HeadClass.cda_ai} == set(order[-2:])


def test_nobody_real_can_be_reached_by_accident(listed):
    for recipient in listed(CSV).recipients:
        assert recipient.email.endswith(".example")
    live = listed(CSV, live=True).problems
    assert sum(problem.code == "R015" for problem in live) == 16


def test_the_csv_opens_by_double_click_in_an_indonesian_excel_and_reads_well_in_git():
    content = CSV.read_bytes()

    assert content.startswith(b"\xef\xbb\xbfcode;kind;")
    assert b"\r" not in content
    assert content.count(b"\n") == 17
