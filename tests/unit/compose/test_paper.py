"""The courier's way, and what address sheet and delivery book say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from invites.compose.paper import Consignment, addressee, compose_envelope, compose_expedition, district, on_the_way
from invites.model.event import Signatory, SignatoryKind
from invites.model.recipient import Channel, Gender, HeadClass, Kind, Recipient
from tests.integration.web.world import CATALOGUES, WORDS
from tests.scene import NOW, event, recipient


def way(*recipients: Recipient) -> list[str]:
    return [each.code for each in on_the_way(recipients)]


def post(code: str, *address: str, **changes: object) -> Recipient:
    return recipient(code, address_lines=address, **changes)


def sheet(who: Recipient, number: str = "500.2/1/CONTOH/2027", **changes: object) -> str:
    sent = Consignment(recipient=who, number=number)
    return compose_envelope(event(**changes), sent, templates=WORDS, catalogues=CATALOGUES).html


def test_the_courier_goes_district_by_district_and_within_one_by_precedence() -> None:
    later = recipient().credentials_at
    assert later is not None
    first = later - timedelta(days=1)
    assert way(
        post("AA", "Jl. A", "Jakarta Selatan 12950"),
        post("BB", "Jl. B", "Jakarta Pusat 10310"),
        post("CC", "Jl. C", "Jakarta Selatan 12190", credentials_at=first),
        post("DD", "Jl. D", "Jakarta Pusat 10110", head_class=HeadClass.cda_ai, credentials_at=first),
    ) == ["BB", "DD", "CC", "AA"]


@pytest.mark.parametrize(
    "written",
    ["Jakarta Selatan 12950", "Kota Jakarta Selatan, 12190", "KOTA ADM. JAKARTA SELATAN", "12950  Jakarta  Selatan"],
)
def test_a_district_is_the_same_however_it_is_written(written: str) -> None:
    assert district(post("JP", "Jl. Contoh 1", written)) == "jakarta selatan"


def test_who_has_no_address_comes_last_in_order_of_precedence() -> None:
    assert way(recipient("AA"), recipient("BB"), post("CC", "Jl. C", "Jakarta Utara")) == ["CC", "AA", "BB"]


def test_without_any_address_the_order_is_that_of_precedence() -> None:
    cda = recipient("AA", head_class=HeadClass.cda_ai)
    assert way(cda, recipient("CC"), recipient("BB")) == ["BB", "CC", "AA"]


def test_what_the_ministry_passes_on_is_never_addressed_to_the_post() -> None:
    through = post("JP", "Jl. Rahasia 1", "Jakarta Pusat", channel=Channel.via_kemlu)
    said = sheet(through)
    assert "Jl. Rahasia 1" not in said
    assert "Kementerian Luar Negeri" in said
    assert "untuk diteruskan kepada Kedutaan Besar JP" in said
    assert way(through, post("AA", "Jl. A", "Jakarta Pusat")) == ["AA", "JP"]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"head_name": "Nama Contoh", "head_gender": Gender.f},
            ("Yth. Duta Besar Luar Biasa dan Berkuasa Penuh", "Nama Contoh", "Kedutaan Besar JP"),
        ),
        ({"head_class": HeadClass.cda_ai}, ("Yth. Kuasa Usaha Ad Interim", "Kedutaan Besar JP")),
        ({"head_class": HeadClass.vacant}, ("Yth. Kedutaan Besar JP",)),
        ({"head_class": HeadClass.vacant, "head_name": "Nama Contoh"}, ("Yth. Kedutaan Besar JP",)),
        ({"kind": Kind.consulate}, ("Yth. Kepala Perwakilan Konsuler", "Kedutaan Besar JP")),
        ({"kind": Kind.consulate, "head_class": HeadClass.vacant}, ("Yth. Kedutaan Besar JP",)),
        ({"head_class": HeadClass.vacant, "head_name": "Contoh"}, ("Yth. Kedutaan Besar JP",)),
        ({"kind": Kind.organisation}, ("Yth. Pimpinan Kedutaan Besar JP",)),
    ],
)
def test_the_addressee_is_the_one_that_the_letter_names(changes: dict[str, object], lines: tuple[str, ...]) -> None:
    assert addressee(recipient("JP", **changes), CATALOGUES) == lines


def test_a_sheet_without_an_address_names_the_city() -> None:
    assert "di Jakarta" in sheet(recipient("JP"))
    assert "di Jakarta" not in sheet(post("JP", "Jl. Contoh 1", "Bandung"))


def test_an_envelope_names_no_city_that_the_letter_does_not() -> None:
    assert "di Jakarta" not in sheet(recipient("PT-1", kind=Kind.organisation))
    assert "di Jakarta" in sheet(recipient("PT-1", kind=Kind.organisation, channel=Channel.via_kemlu))


def test_the_sender_is_the_one_who_signs() -> None:
    assert "Dinas Perdagangan" in sheet(recipient("JP"), signatory=Signatory(kind=SignatoryKind.agency))
    assert "Dinas Perdagangan" not in sheet(recipient("JP"))


def test_a_hostile_address_is_printed_as_text() -> None:
    said = sheet(post("JP", '<img src="file:///etc/passwd">', "{{ 7 * 7 }}"))
    assert "<img" not in said
    assert "{{ 7 * 7 }}" in said


def test_sheet_and_book_hold_no_link() -> None:
    who = post("JP", "Jl. Contoh 1", "Jakarta")
    sent = [Consignment(recipient=who, number="1")]
    book = compose_expedition(event(), sent, NOW, templates=WORDS, catalogues=CATALOGUES).html
    assert "http" not in sheet(who) + book


@pytest.mark.parametrize(("letters", "pages"), [(1, 1), (7, 1), (8, 2), (15, 3)])
def test_a_page_of_the_book_has_seven_lines(letters: int, pages: int) -> None:
    sent = [Consignment(recipient=recipient(f"CON-{n:02}"), number=str(n)) for n in range(letters)]
    book = compose_expedition(event(), sent, NOW, templates=WORDS, catalogues=CATALOGUES)
    assert (book.sheets, book.html.count('<td class="no">')) == (pages, letters)
