"""Rules between rows: one row a mission, one address a mission, the number expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from invites.model.event import Contact, Event, Kemlu, KemluCopy, LetterFacts, Signatory
from invites.model.message import Form
from tests.unit.validate.lists import csv_file, embassy, shorts

ZONE = ZoneInfo("Asia/Jakarta")
JAKARTA = Event(
    slug="jakarta",
    titles={"id": "Misi Dagang", "en": "Trade Mission"},
    city="Jakarta",
    venue={"id": "Tempat", "en": "Venue"},
    zone="Asia/Jakarta",
    start=datetime(2024, 3, 5, 9, tzinfo=ZONE),
    end=datetime(2024, 3, 5, 13, tzinfo=ZONE),
    reply_by=datetime(2024, 2, 26, 16, tzinfo=ZONE),
    contact=Contact(name="Meja", phone="+62 511 0000 0000", email="meja@kalsel.example"),
    letter=LetterFacts(),
    signatory=Signatory(),
    kemlu=Kemlu(email="protokol@kemlu.example"),
    expected_recipients=2,
)


@pytest.mark.parametrize("code", ["JP", "jp", "ＪＰ"])
def test_a_mission_stands_in_the_list_once(listed, tmp_path, code):
    result = listed(csv_file(tmp_path, embassy("JP"), embassy("KR"), embassy(code, email="other@embassy-jp.example")))

    repeated = next(problem for problem in result.problems if problem.code == "R002")
    assert (repeated.severity, repeated.cell, dict(repeated.fields)["row"]) == ("B", "A4", "2")


def test_another_kind_of_the_same_code_is_another_mission(found):
    assert found(embassy("EU"), embassy("EU", kind="delegation", email="x@delegation.example")) == []


def test_two_missions_share_an_address_only_when_both_say_so(found):
    other = {"email": "PROTOCOL@Embassy-JP.example"}
    assert found(embassy("JP"), embassy("KR", **other)) == ["R003 B I3"]
    assert found(embassy("JP", shared_mailbox="ya"), embassy("KR", shared_mailbox="", **other)) == ["R003 B I3"]
    assert found(embassy("JP", shared_mailbox="ya"), embassy("KR", shared_mailbox="ya", **other)) == []


def test_addresses_that_look_alike_are_remarked(found):
    assert found(embassy("JP"), embassy("KR", email="protoc0l@embassy-jp.example")) == ["R012.near W I3"]
    assert found(embassy("JP", email="a@modern.example"), embassy("KR", email="a@modem.example")) == ["R012.near W I3"]


def test_a_copy_to_another_mission_is_refused_because_it_shows_who_is_invited(found):
    rows = (embassy("JP", cc="Protocol@embassy-kr.example"), embassy("KR"))

    assert found(*rows) == ["R043.other_mission E N2"]


def test_a_copy_address_of_two_missions_is_remarked(found):
    rows = (embassy("JP", cc="desk@office.example"), embassy("KR", cc="desk@office.example"))

    assert found(*rows) == ["R043.shared_copy W N3"]


def test_a_copy_to_oneself_or_within_a_shared_mailbox_gives_nothing_away(found):
    assert found(embassy("JP", cc="protocol@embassy-jp.example")) == []
    shared = {"email": "desk@office.example", "shared_mailbox": "ya"}
    assert found(embassy("JP", cc="desk@office.example", **shared), embassy("KR", **shared)) == []


def test_another_number_of_rows_than_expected_is_remarked(found):
    assert found(embassy("JP"), embassy("KR"), event=JAKARTA) == []
    assert found(embassy("JP"), event=JAKARTA) == ["R004 W"]
    assert found(embassy("JP"), event=JAKARTA, expected=1) == []
    assert found(embassy("JP"), expected=16) == ["R004 W"]
    assert found(embassy("JP")) == []


MESSAGE = replace(JAKARTA, kemlu=Kemlu(email="protokol@kemlu.example", as_=KemluCopy.message))


@pytest.mark.parametrize(
    ("event", "changes", "lacking"),
    [
        (MESSAGE, {}, True),
        (MESSAGE, {"locale": "en-AU"}, False),
        (MESSAGE, {"locale": "en-AU", "mission_to_local": ""}, True),
        (MESSAGE, {"channel": "direct"}, False),
        (replace(MESSAGE, forms=(Form.letter, Form.note)), {"channel": "direct"}, True),
        (JAKARTA, {"channel": "via_kemlu"}, True),
        (JAKARTA, {}, False),
        (MESSAGE, {"kind": "organisation", "code": "KADIN"}, False),
    ],
)
def test_a_note_to_the_ministry_needs_the_missions_name_after_to_in_english(listed, tmp_path, event, changes, lacking):
    result = listed(
        csv_file(tmp_path, embassy(mission_to_en="", **changes)), event=replace(event, expected_recipients=1)
    )

    told = [short for short in shorts(result.problems) if short.startswith("R023")]
    assert told == (["R023 E E2"] if lacking else [])


@pytest.mark.parametrize("column", ["name_id", "name_en"])
def test_a_guest_that_is_no_mission_has_both_names_for_the_note_too(listed, tmp_path, column):
    path = csv_file(tmp_path, embassy("KADIN", kind="organisation", **{column: ""}))

    problems = listed(path, event=replace(MESSAGE, expected_recipients=1)).problems
    assert [problem.severity for problem in problems if (problem.code, problem.column) == ("R009", column)] == ["E"]


def test_without_a_kemlu_address_only_direct_invitations_may_go(found, listed, tmp_path):
    event = replace(JAKARTA, kemlu=None)
    direct = embassy("IN", channel="direct")

    result = listed(csv_file(tmp_path, direct, embassy("JP"), embassy("KR")), event=event, expected=3)

    assert shorts(result.problems) == ["R042.no_address B N3"]
    assert dict(result.problems[0].fields)["codes"] == "JP, KR"
    assert found(direct, event=event, expected=1) == []


def test_problems_come_in_the_order_of_the_file(found):
    rows = [embassy(code, email="x", head_gender="") for code in ("JP", "KR")]

    assert found(*rows, expected=3) == ["R004 W", "R010.syntax E I2", "R030 W K2", "R010.syntax E I3", "R030 W K3"]


def test_the_digest_is_that_of_the_bytes(listed, tmp_path):
    path = csv_file(tmp_path, embassy())
    first = listed(path).digest

    assert len(first) == 64
    assert listed(path).digest == first
    path.write_bytes(path.read_bytes() + b"\n")
    assert listed(path).digest != first
