"""What a row says must fit together: language, script, names, head of mission, dates."""

from __future__ import annotations

import pytest

from invites.validate.reader import read_list
from invites.words.catalogue import Catalogues
from invites.words.problems import problem_line
from tests.unit.validate.conftest import REPOSITORY, TODAY
from tests.unit.validate.lists import csv_file, embassy, shorts


@pytest.mark.parametrize("locale", ["ja_JP", "Jepang", "japanese-", "j", "ja JP"])
def test_what_is_no_language_tag_is_refused(found, locale):
    assert found(embassy(locale=locale)) == ["R020.form E H2"]


def test_a_fallback_that_is_no_language_tag_is_refused(found):
    assert found(embassy(fallback_locale="Inggris")) == ["R020.form E N2"]


def test_a_language_without_texts_falls_back_and_says_to_which(listed, tmp_path):
    result = listed(csv_file(tmp_path, embassy(locale="sw-KE")))

    assert shorts(result.problems) == ["R022 W H2"]
    assert dict(result.problems[0].fields) == {"text": "sw-KE", "fallback": "en"}


def test_traditional_script_does_not_pass_for_simplified(found):
    assert found(embassy(locale="zh-Hans-CN", script="Hans")) == []
    assert found(embassy(locale="zh-TW")) == ["R022 W H2"]


def test_a_chain_that_ends_nowhere_is_refused(found):
    assert found(embassy(locale="sw-KE", fallback_locale="am-ET")) == ["R020.unknown E H2"]


def test_a_language_that_nobody_has_approved_warns_and_names_what_to_type(tmp_path):
    listed = read_list(
        csv_file(tmp_path, embassy(locale="ar-SA", mission_to_local="", mission_name_local="")),
        catalogues=Catalogues([REPOSITORY / "templates"]),
        today=TODAY,
    )
    (problem,) = listed.problems  # the names in English are there, and the letter needs no others

    assert shorts(listed.problems) == ["R021 W H2"]
    for language, words in (("id", "Indonesia dan Inggris"), ("en", "Indonesian and English")):
        said = problem_line(problem, Catalogues([REPOSITORY / "templates"]), language)
        assert words in said
        assert "invites translations approve ar --by" in said


def test_the_fallback_of_the_list_must_be_approved_like_any_language(tmp_path):
    path = csv_file(tmp_path, embassy(locale="sw-KE", fallback_locale="ms-MY"))
    listed = read_list(path, catalogues=Catalogues([REPOSITORY / "templates"]), today=TODAY)

    assert sorted(shorts(listed.problems)) == ["R021 W H2", "R022 W H2"]


@pytest.mark.parametrize(
    ("changes", "shorts_expected"),
    [
        ({"mission_to_local": ""}, ["R023 E G2"]),
        ({"mission_name_local": "", "mission_to_local": ""}, ["R023 E F2", "R023 E G2"]),
        ({"locale": "en-AU", "mission_to_local": "", "mission_to_en": ""}, ["R023 E E2"]),
        ({"locale": "sw-KE", "mission_to_en": ""}, ["R023 E E2", "R022 W H2"]),
        ({"locale": "en-AU", "mission_name_local": "", "mission_to_local": ""}, []),
        ({"locale": "id-ID", "mission_name_local": "", "mission_to_local": "", "mission_to_en": ""}, []),
    ],
)
def test_a_name_that_the_letter_needs_and_the_list_lacks_is_refused(found, changes, shorts_expected):
    assert found(embassy(**changes)) == shorts_expected


def test_a_list_without_the_column_of_a_name_is_told_at_the_row(listed, tmp_path):
    row = {name: value for name, value in embassy().items() if name != "mission_to_local"}
    path = tmp_path / "list.csv"
    path.write_text(";".join(row) + "\n" + ";".join(row.values()), encoding="utf-8")

    (problem,) = listed(path).problems

    assert (problem.code, problem.column, problem.cell) == ("R023", "mission_to_local", "A2")


@pytest.mark.parametrize(
    ("changes", "shorts_expected"),
    [
        ({"locale": "ar-SA", "script": "Arab", "dir": "rtl"}, []),
        ({"locale": "ar-SA", "script": "arab", "dir": "RTL"}, []),
        ({"locale": "ar-SA", "script": "Arab", "dir": "ltr"}, ["R044.direction E O2"]),
        ({"locale": "ar-SA", "script": "Latn", "dir": "rtl"}, ["R044.script E N2"]),
        ({"locale": "zh-Hans-CN", "script": "Hant", "dir": "ltr"}, ["R044.script E N2"]),
    ],
)
def test_script_and_direction_must_fit_the_language(found, changes, shorts_expected):
    assert found(embassy(**changes)) == shorts_expected


@pytest.mark.parametrize(
    ("changes", "shorts_expected"),
    [
        ({"head_gender": "unknown"}, ["R030 W K2"]),
        ({"head_gender": ""}, ["R030 W K2"]),
        ({"head_class": "vacant", "head_gender": ""}, ["R031 W J2"]),
        ({"credentials_at": ""}, ["R032.missing W L2"]),
        ({"credentials_at": "2022-02-16"}, ["R032.no_time W L2"]),
        ({"credentials_at": "2024-02-02T09:00"}, ["R032.future W L2"]),
        ({"credentials_at": "2009-12-31T09:00"}, ["R032.old W L2"]),
        ({"head_class": "cda_ai", "credentials_at": ""}, []),
        ({"kind": "organisation", "code": "KADIN", "head_gender": "", "credentials_at": ""}, []),
        ({"honorific": "H.E."}, []),
        ({"honorific": "H.E.", "head_class": "cda_ai"}, ["R033.honorific E N2"]),
        ({"honorific": "Yang Mulia", "head_class": "cda_titular"}, ["R033.honorific E N2"]),
        ({"honorific": "Son Excellence", "head_class": "vacant"}, ["R031 W J2", "R033.honorific E N2"]),
        ({"honorific": "Mr", "head_class": "cda_ai"}, []),
        ({"head_name": "H.E. Mr Contoh"}, ["R033.title E N2"]),
        ({"head_name": "H. E. Contoh"}, ["R033.title E N2"]),
        ({"head_name": "Mr. Contoh"}, ["R033.title E N2"]),
        ({"head_name": "Bapak Contoh"}, ["R033.title E N2"]),
        ({"head_name": "Yang Mulia Contoh"}, ["R033.title E N2"]),
        ({"head_name": "Duta Besar Contoh"}, ["R033.title E N2"]),
        ({"head_name": "He Contoh"}, []),
        ({"head_name": "Msangi Contoh"}, []),
        ({"head_name": "Dr. Contoh"}, []),
        ({"head_name": "王毅"}, ["R033.script E N2"]),
        ({"head_name": "Wang Yi (王毅)"}, ["R033.script E N2"]),
        ({"head_name": "김철수"}, ["R033.script E N2"]),
        ({"head_name": "Сергей"}, ["R033.script E N2"]),
        ({"head_name": "Çelik Öztürk-Ñandú d’Aʻala, Jr."}, []),
        ({"head_name": "Nguyễn Văn Đức"}, []),
        ({"head_name": "Contoh da S.ª"}, []),
        ({"head_name": "Contoh", "head_class": "vacant"}, ["R031 W J2", "R033.vacant W N2"]),
        ({"precedence_override": "1"}, ["R034 W A2"]),
        ({"precedence_override": "1", "precedence_reason": "doyen"}, []),
    ],
)
def test_the_head_of_mission_is_held_against_class_and_customs(found, changes, shorts_expected):
    assert found(embassy(**changes)) == shorts_expected


@pytest.mark.parametrize(
    ("verified_on", "shorts_expected"),
    [
        ("2023-11-03", []),
        ("2023-11-02", ["R040.old W M2"]),
        ("2024-02-01", []),
        ("2024-02-02", ["R040.future W M2"]),
        ("", ["R040.never W M2"]),
    ],
)
def test_a_row_that_nobody_looked_at_for_ninety_days_is_remarked(found, verified_on, shorts_expected):
    assert found(embassy(verified_on=verified_on)) == shorts_expected


def test_a_list_that_nobody_ever_verified_is_remarked_once(listed, tmp_path):
    rows = [embassy(code, verified_on="") for code in ("JP", "KR", "IN")]

    problems = listed(csv_file(tmp_path, *rows)).problems

    assert shorts(problems) == ["R040.never_all W M1"]
    assert dict(problems[0].fields) == {"rows": "3"}


def test_a_mission_to_several_states_is_told(found):
    assert found(embassy(concurrent_for="TL")) == ["R041 I N2"]


@pytest.mark.parametrize("delivery", ["courier", "both"])
def test_a_letter_that_a_courier_carries_wants_an_address(found, delivery):
    assert found(embassy(delivery=delivery, address_lines="")) == ["R045 W O2"]
    assert found(embassy(delivery=delivery, address_lines="Jl. Contoh 1|Jakarta Pusat 10110")) == []
    assert found(embassy(delivery=delivery, channel="via_kemlu")) == []
    assert found(embassy(delivery="email")) == []


def test_only_a_row_that_goes_by_courier_needs_no_mail_address(found):
    by_courier = {"delivery": "Courier", "address_lines": "Jl. Contoh 1|Jakarta Pusat 10110", "email": ""}
    assert found(embassy(**by_courier)) == []
    assert found(embassy(**by_courier | {"delivery": "both"})) == ["R010.missing E I2"]
    assert found(embassy(email="")) == ["R010.missing E I2"]
    assert found(embassy(**by_courier | {"email": "protokol@"})) == ["R010.syntax E I2"]


def test_a_kemlu_copy_cannot_be_switched_off_against_the_channel(found):
    assert found(embassy(kemlu_cc="tidak")) == ["R042.switched_off B N2"]
    assert found(embassy(kemlu_cc="tidak", channel="direct")) == []


@pytest.mark.parametrize("kind", ["consulate", "organisation", "person"])
def test_who_is_no_embassy_needs_no_form_after_to_for_no_note_is_written_to_it(found, kind):
    names = {"mission_to_en": "", "mission_to_local": "", "mission_name_local": "", "head_class": "", "head_gender": ""}
    row = embassy("CON-01", kind=kind, locale="en-AU", credentials_at="", **names)
    assert found(row) == []


def test_an_embassy_needs_the_form_after_to(found):
    assert found(embassy(locale="en-AU", mission_to_en="", mission_to_local="", mission_name_local="")) == ["R023 E E2"]
