"""One address to a cell, in letters that are what they seem, to a place that can receive it."""

from __future__ import annotations

import pytest

from invites.validate.addresses import parsed
from tests.unit.validate.lists import csv_file, embassy, shorts


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "R010.missing"),
        ("protocol@embassy.example\r\nBcc: all@evil.example", "R010.control"),
        ("protocol@embassy.example\n", "R010.control"),
        ("protocol@embassy.example\t", "R010.control"),
        ("proto\u200bcol@embassy.example", "R010.control"),
        ("\u202eprotocol@embassy.example", "R010.control"),
        ("a@embassy.example; b@embassy.example", "R010.several"),
        ("a@embassy.example,b@embassy.example", "R010.several"),
        ("a@embassy.example b@embassy.example", "R010.several"),
        ("a@embassy.example>RCPT TO:<x@evil.example", "R010.several"),
        ("protocol office@embassy.example", "R010.spaces"),
        ("protocol@embassy. example", "R010.spaces"),
        ("Protocol <protocol@embassy.example>", "R010.named"),
        ("protocol", "R010.syntax"),
        ("protocol@", "R010.syntax"),
        ("@embassy.example", "R010.syntax"),
        ("protocol@embassy", "R010.syntax"),
        ("protocol@localhost", "R010.syntax"),
        ("protocol@.example", "R010.syntax"),
        ("protocol@embassy..example", "R010.syntax"),
        ("protocol@embassy.example.", "R010.syntax"),
        ("protocol@[127.0.0.1]", "R010.syntax"),
        ('"a b"@embassy.example', "R010.spaces"),
        ("<protocol@embassy.example>", "R010.named"),
        ("mailto:protocol@embassy.example", "R010.syntax"),
        ("x" * 65 + "@embassy.example", "R010.syntax"),
        ("prоtocol@embassy.example", "R012.mixed"),
        ("protocol@embаssy.example", "R012.mixed"),
        ("protocol@xn--embssy-5nf.example", "R012.mixed"),
        ("рrοtосоl@embassy.example", "R012.mixed"),
        ("сору@embassy.example", "R012.lookalike"),
        ("protocol@ѕсоре.example", "R012.lookalike"),
        ("ｐｒｏｔｏｃｏｌ@embassy.example", "R012.lookalike"),
        ("protocol@ｅｍｂａｓｓｙ.example", "R012.lookalike"),
        ("protocol@embassy．example", "R012.lookalike"),
        ("mınistry@embassy.example", "R012.lookalike"),
    ],
)
def test_an_address_that_is_none_is_refused(text, rule):
    address = parsed(text, live=False, smtputf8=True)

    assert address.faults == (rule,)
    assert address.value == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  protocol@embassy.example\u00a0", "protocol@embassy.example"),
        ("Protocol.Desk+x@Embassy.Example", "Protocol.Desk+x@embassy.example"),
        ("o'neill@embassy.example", "o'neill@embassy.example"),
        ("protocol@bücher.example", "protocol@xn--bcher-kva.example"),
        ("protocol@посольство.example", "protocol@xn--b1ariacbpcj2h.example"),
        ("protocol@大使館.example", "protocol@xn--2rq38uq07c.example"),
        ("protocol@embassy.test", "protocol@embassy.test"),
        ("protocol@embassy.invalid", "protocol@embassy.invalid"),
    ],
)
def test_an_address_is_kept_as_an_envelope_needs_it(text, value):
    address = parsed(text, live=False, smtputf8=False)

    assert (address.value, address.faults) == (value, ())


def test_a_local_part_beyond_ascii_needs_a_relay_that_takes_it():
    assert parsed("протокол@embassy.example", live=False, smtputf8=False).faults == ("R011",)
    assert parsed("протокол@embassy.example", live=False, smtputf8=True).faults == ()


@pytest.mark.parametrize(
    "domain", ["embassy.example", "embassy.test", "embassy.invalid", "a.EXAMPLE", "mail.example.com", "x.localhost"]
)
def test_a_reserved_domain_is_refused_for_live_mail_only(domain):
    assert parsed(f"protocol@{domain}", live=False, smtputf8=False).faults == ()
    assert parsed(f"protocol@{domain}", live=True, smtputf8=False).faults == ("R015",)


@pytest.mark.parametrize("domain", ["gmail.example", "yahoo.co.id", "mail.ru", "Outlook.example", "yahoo.com.example"])
def test_a_public_mail_service_is_remarked(domain):
    assert parsed(f"embassy@{domain}", live=False, smtputf8=False).faults == ("R013",)


def test_a_mission_s_own_domain_is_not_taken_for_a_public_one():
    for domain in ("gmailing.example", "co.example", "kemlu.example"):
        assert parsed(f"protocol@{domain}", live=False, smtputf8=False).faults == ()


def test_every_copy_address_is_checked_like_the_first(found):
    assert found(embassy(cc="a@embassy-jp.example;\nb@@embassy-jp.example;;c d@embassy-jp.example")) == [
        "R010.several E N2", "R010.spaces E N2",
    ]  # fmt: skip


def test_a_refused_address_blocks_its_row_and_no_other(listed, tmp_path):
    result = listed(csv_file(tmp_path, embassy("JP", email="x@y z"), embassy("KR")))

    assert [recipient.code for recipient in result.recipients] == ["KR"]


def test_live_reaches_every_address_of_the_list(listed, tmp_path):
    path = csv_file(tmp_path, embassy(cc="desk@embassy-jp.example"))

    assert shorts(listed(path).problems) == []
    assert shorts(listed(path, live=True).problems) == ["R015 E I2", "R015 E N2"]


def test_an_address_cannot_be_a_formula_or_an_encoded_word(found):
    assert "R007.formula E I2" in found(embassy(email="=cmd@embassy.example"))
    assert "R006.encoded_word E I2" in found(embassy(email="=?x?=@embassy.example"))
