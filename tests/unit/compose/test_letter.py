"""The letter's text: what it says to whom, in which order, and what it never says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from invites.compose.letter import compose_documents, compose_letter
from invites.errors import RenderError, TemplateError
from invites.model.event import Contact, Event, LetterFacts, LinkOn, ProgrammeItem, Signatory, SignatoryKind
from invites.model.message import Form, Letter
from invites.model.recipient import Gender, HeadClass, Kind
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates
from tests.scene import approved_all

from .missions import BALI, CATALOGUES, EMBASSIES, JAKARTA, PHONE, ROOT, TEMPLATES, URL, invitation, link

HOSTILE = '<img src=file:///etc/passwd><link rel=attachment href="http://127.0.0.1:9/">{{ 7*7 }}'
CLASSES = [HeadClass.ambassador, HeadClass.cda_titular, HeadClass.cda_ai, HeadClass.vacant]


def letter(event: Event = JAKARTA, code: str = "JP", *, revision: int = 1, **changes: object) -> Letter:
    invited = invitation(event, code, revision=revision, **changes)
    return compose_letter(event, invited, link(event, code), templates=TEMPLATES, catalogues=CATALOGUES)


class Reader(HTMLParser):
    """The visible text of a page, block by block, and the tags that it uses."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("bdi", "span", "a", "h1"):
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        self.blocks[-1] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.blocks = [" ".join(block.split()) for block in reader.blocks if block.strip()]
    return reader


def sheets(made: Letter) -> list[list[str]]:
    """The blocks of the Indonesian sheet and of the translation."""
    _, first, second = made.html.split('<section class="sheet"')
    return [read(f"<section{part}").blocks for part in (first, second)]


@pytest.mark.parametrize("code", EMBASSIES)
def test_the_letter_speaks_indonesian_and_then_the_embassys_language(code: str) -> None:
    made = letter(code=code)
    wanted = {"CN": "zh-Hans", "US": "en-US"}.get(code, EMBASSIES[code].locale.partition("-")[0])
    assert made.languages == ("id", wanted)
    original, translation = sheets(made)
    assert original[original.index("Hal") + 2] == f"Undangan {JAKARTA.titles['id']}"
    assert CATALOGUES.fill("letter.translation_note", wanted) in translation
    assert CATALOGUES.fill("letter.translation_note", "id") not in original


def test_an_embassy_that_reads_indonesian_gets_english_as_its_translation() -> None:
    assert letter(locale="id-ID").languages == ("id", "en")


@pytest.mark.parametrize("head", CLASSES)
@pytest.mark.parametrize("code", EMBASSIES)
def test_a_salutation_stands_before_the_opening_whoever_heads_the_mission(code: str, head: HeadClass) -> None:
    made = letter(code=code, head_class=head)
    suffix = {HeadClass.ambassador: "", HeadClass.vacant: "_vacant"}.get(head, "_cda")
    form = {HeadClass.cda_ai: "cda"}.get(head, head.value)
    gender = EMBASSIES[code].head_gender if head is not HeadClass.vacant else Gender.unknown
    for blocks, language in zip(sheets(made), made.languages, strict=True):
        title = JAKARTA.titles[language if language in JAKARTA.titles else "en"]
        opening = plain(CATALOGUES.fill(f"letter.opening{suffix}", language, event_title=title))
        salutation = CATALOGUES.fill(f"salutation.{form}", language, gender={"m": "m", "f": "f"}.get(gender, "n"))
        assert blocks[blocks.index(opening) - 1] == salutation


def plain(text: str) -> str:
    """Without the isolates that only plain text needs, spaces as HTML shows them."""
    return " ".join(re.sub("[\u2066-\u2069]", "", text).split())


def test_a_charge_daffaires_is_not_called_excellency() -> None:
    made = letter(code="DE", head_class=HeadClass.cda_ai)
    assert "Exzellenz" not in made.html
    assert "Yang Mulia" not in made.html


def test_a_vacant_post_is_addressed_as_the_embassy_and_named_once() -> None:
    assert "Mantan Kepala" not in letter(head_class=HeadClass.vacant, head_name="Mantan Kepala").html
    original, _ = sheets(letter(head_class=HeadClass.vacant))
    assert "Yth. Kedutaan Besar Jepang" in original
    assert "Kedutaan Besar Jepang" not in original


def test_a_name_that_the_list_still_has_for_a_vacant_post_stands_nowhere() -> None:
    assert "Nama Contoh" not in letter(head_class=HeadClass.vacant, head_name="Nama Contoh").html


@pytest.mark.parametrize("code", ["JP", "KR", "CN", "TH"])
def test_a_name_stands_below_the_title_save_where_it_would_lack_its_honorific(code: str) -> None:
    original, translation = sheets(letter(code=code, head_name="Nama Contoh"))
    assert "Nama Contoh" in original
    assert ("Nama Contoh" in translation) == (code == "TH")


def test_an_organisation_is_addressed_without_the_words_of_diplomacy() -> None:
    original, translation = sheets(letter(code="AU", kind=Kind.organisation, name_id="Kamar Dagang Contoh"))
    assert "Yth. Pimpinan Kamar Dagang Contoh" in original
    assert "Dear Sir or Madam," in translation


@pytest.mark.parametrize(
    ("kind", "address", "said"),
    [
        (Kind.embassy, (), ["di Jakarta", "Jakarta"]),
        (Kind.consulate, ("Jl. Contoh 1", "Surabaya 60241"), ["di Surabaya", "Surabaya"]),
        (Kind.person, (), [None, None]),
    ],
)
def test_the_city_is_the_addressees_own(kind: Kind, address: tuple[str, ...], said: list[str | None]) -> None:
    made = letter(code="AU", kind=kind, address_lines=address)
    for blocks, city in zip(sheets(made), said, strict=True):
        there = {"di Jakarta", "Jakarta", "di Surabaya", "Surabaya"} & set(blocks)
        assert there == ({city} if city else set())


def test_a_consulate_is_written_to_through_its_head() -> None:
    made = letter(code="RU", kind=Kind.consulate, name_id="Konsulat Contoh", head_gender=Gender.m)
    original, translation = sheets(made)
    at = original.index("Yth. Kepala Perwakilan Konsuler")
    assert original[at + 1] == "Konsulat Contoh"
    assert "Главе консульского учреждения" in translation
    assert "Уважаемый господин Глава консульского учреждения!" in translation


def test_number_and_date_stand_as_on_an_official_letter() -> None:
    original, translation = sheets(letter(code="AU"))
    assert original[original.index("Nomor") : original.index("Nomor") + 3] == ["Nomor", ":", "500.2/0123/CONTOH/2027"]
    assert "Banjarbaru, 5 Januari 2027" in original
    assert "Banjarbaru, 5 January 2027" in translation


def test_every_fact_stands_on_both_sheets() -> None:
    made = letter(code="AU")
    facts = [
        ["Selasa, 2 Maret 2027", "09.00–15.30 WIB", "Balai Contoh, Jakarta", "08.30 WIB", "Registrasi tamu"],
        ["Tuesday, 2 March 2027", "09:00–15:30 WIB", "Sample Hall, Jakarta", "08:30 WIB", "Registration of guests"],
    ]
    for blocks, wanted in zip(sheets(made), facts, strict=True):
        assert set(wanted) <= set(blocks)
        text = " ".join(blocks)
        assert all(fact in text for fact in (PHONE, "Meja Protokol", "protokol@kalsel.example", URL, "Nama Pejabat"))
        assert f"Meja Protokol, {PHONE}, protokol@kalsel.example" in blocks
    assert "Selasa, 23 Februari 2027 pukul 16.00 WIB" in " ".join(sheets(made)[0])


@pytest.mark.parametrize(
    ("code", "dated"),
    [
        ("FR", "Banjarbaru, le 5 janvier 2027"),
        ("TH", "Banjarbaru วันที่ 5 มกราคม พ.ศ. 2570"),
        ("CN", "Banjarbaru，2027年1月5日"),
    ],
)
def test_place_and_date_are_joined_as_the_language_does(code: str, dated: str) -> None:
    assert dated in sheets(letter(code=code))[1]


def test_chinese_sentences_follow_one_another_without_a_space() -> None:
    assert [block for block in sheets(letter(code="CN"))[1] if "。 " in block] == []


def test_bali_is_told_on_both_clocks() -> None:
    original, translation = sheets(letter(BALI, "AU"))
    assert "09.00–15.30 WITA (08.00–14.30 WIB)" in original
    assert "08.30 WITA (07.30 WIB)" in original
    assert "08:30 WITA (07:30 WIB)" in translation


def test_no_line_ends_between_a_clock_and_its_zone() -> None:
    assert re.findall(r"\d (?=WI[BT])", letter(BALI, "AU").html) == []


def test_an_event_of_several_days_gives_both_dates_in_one_line() -> None:
    assert JAKARTA.end is not None
    original, _ = sheets(letter(replace(JAKARTA, end=JAKARTA.end + timedelta(days=1))))
    assert "Selasa, 2 Maret 2027 pukul 09.00 WIB – Rabu, 3 Maret 2027 pukul 15.30 WIB" in original
    assert "Pukul" not in original


def test_instants_given_in_another_zone_are_told_in_the_events_own() -> None:
    assert JAKARTA.start is not None
    original, _ = sheets(letter(replace(JAKARTA, start=JAKARTA.start.astimezone(UTC))))
    assert "09.00–15.30 WIB" in original


def test_what_is_not_fixed_yet_is_said_and_never_filled_with_a_date() -> None:
    unfixed = replace(
        JAKARTA,
        start=None,
        end=None,
        reply_by=None,
        venue={"id": "", "en": ""},
        letter=LetterFacts(),
        signatory=Signatory(),
    )
    made = letter(unfixed)
    original, translation = sheets(made)
    for key in ("preview.date", "preview.time", "preview.venue", "preview.number", "preview.signatory"):
        assert CATALOGUES.fill(key, "id") in " ".join(original)
        assert CATALOGUES.fill(key, "en") in " ".join(translation)
    assert re.findall(r"\b(19|20)\d\d\b", " ".join(original + translation)) == []
    assert "dcterms" not in made.html


def test_a_sample_date_is_called_one() -> None:
    original, translation = sheets(letter(replace(JAKARTA, sample_note=True), "AU"))
    assert "Selasa, 2 Maret 2027 (tanggal contoh)" in original
    assert "Tuesday, 2 March 2027 (sample date)" in translation
    assert "contoh)" not in letter(JAKARTA, "AU").html


def test_a_revision_says_that_it_replaces_the_earlier_letter() -> None:
    original, _ = sheets(letter(revision=2))
    assert "Revisi 2: menggantikan undangan sebelumnya." in original
    assert "Revisi" not in letter(revision=1).html


@pytest.mark.parametrize(
    ("kind", "head", "signature"),
    [
        (SignatoryKind.governor, ["Gubernur Kalimantan Selatan"], ["Gubernur Kalimantan Selatan,"]),
        (
            SignatoryKind.on_behalf,
            ["Pemerintah Provinsi Kalimantan Selatan", "Dinas Perdagangan"],
            ["a.n. Gubernur Kalimantan Selatan,", "Kepala Dinas Perdagangan Provinsi Kalimantan Selatan,"],
        ),
        (
            SignatoryKind.agency,
            ["Pemerintah Provinsi Kalimantan Selatan", "Dinas Perdagangan"],
            ["Kepala Dinas Perdagangan Provinsi Kalimantan Selatan,"],
        ),
    ],
)
def test_the_letterhead_follows_the_signer(kind: SignatoryKind, head: list[str], signature: list[str]) -> None:
    original, translation = sheets(letter(replace(JAKARTA, signatory=Signatory(kind=kind, name="Nama Pejabat"))))
    for blocks in (original, translation):
        assert blocks[: len(head)] == head
    assert original[-len(signature) - 1 :] == [*signature, "Nama Pejabat"]


def test_the_letterhead_stays_indonesian_and_left_to_right_on_an_arabic_sheet() -> None:
    made = letter(code="SA")
    second = read(made.html.split('<section class="sheet"')[2])
    assert [attributes for tag, attributes in second.tags if tag == "header"] == [
        {"class": "kop", "lang": "id", "dir": "ltr"}
    ]
    assert [attributes for tag, attributes in second.tags if tag == "article"] == [
        {"class": "letter", "lang": "ar", "dir": "rtl"}
    ]


@pytest.mark.parametrize("code", ["SA", "JP"])
def test_numbers_addresses_and_telephones_run_left_to_right(code: str) -> None:
    html = letter(code=code).html
    for value in ("500.2/0123/CONTOH/2027", PHONE, "protokol@kalsel.example"):
        assert len(re.findall(rf'<bdi dir="ltr">{re.escape(value)}</bdi>', html)) == html.count(f">{value}<") > 0
    assert html.count(f'<a href="{URL}" dir="ltr">') == 2


def test_values_from_the_list_and_the_event_are_text_and_nothing_else() -> None:
    event = replace(
        JAKARTA,
        titles={"id": HOSTILE, "en": HOSTILE},
        venue={"id": HOSTILE, "en": HOSTILE},
        contact=Contact(name=HOSTILE, phone=HOSTILE, email=HOSTILE),
        letter=LetterFacts(number=HOSTILE, place=HOSTILE, date=datetime(2027, 1, 5, tzinfo=UTC).date()),
        signatory=Signatory(name=HOSTILE),
        copies=(HOSTILE,),
    )
    made = letter(event, head_name=HOSTILE, name_id=HOSTILE, mission_name_local=HOSTILE)
    tags = read(made.html).tags
    assert {attributes["src"] for tag, attributes in tags if tag == "img"} == {"asset:qr.svg"}
    assert [tag for tag, _ in tags if tag in ("link", "style", "script", "base", "svg")] == []
    assert "49" not in made.html
    assert " ".join(sheets(made)[0]).count(HOSTILE) >= 9


def test_the_link_is_printed_as_text_as_a_link_and_as_a_qr_code() -> None:
    made = letter()
    assert [a["href"] for tag, a in read(made.html).tags if tag == "a" and "mailto:" not in (a["href"] or "")] == [
        URL
    ] * 2
    assert decoded(made.assets["qr.svg"].decode()) == URL


@pytest.mark.parametrize("event", [JAKARTA, replace(JAKARTA, link_on=LinkOn.card)], ids=["letter", "reply card"])
@pytest.mark.parametrize("code", ["SA", "FR"])
def test_who_listens_hears_what_the_code_is_for_and_not_a_secret_letter_by_letter(event: Event, code: str) -> None:
    made = compose_documents(
        event, invitation(event, code), link(event, code), templates=TEMPLATES, catalogues=CATALOGUES
    )
    with_code = next(each for each in made if "qr.svg" in each.assets)
    heard = [a["alt"] for tag, a in read(with_code.html).tags if tag == "img"]
    wanted = [CATALOGUES.fill("letter.qr_alt", language) for language in with_code.languages]
    assert heard == (wanted[1:] if event.link_on is LinkOn.card else wanted)


def decoded(svg: str) -> str:
    """What a scanner reads from the drawing."""
    side = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0])
    picture = Image.new("L", (side * 8, side * 8), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        left, top = int(x) * 8, int(y) * 8
        pen.rectangle((left, top, left + int(run) * 8 - 1, top + 7), fill=0)
    found = zxingcpp.read_barcodes(picture)
    assert [code.ec_level for code in found] == ["M"]
    return str(found[0].text)


def test_a_letter_whose_link_stands_on_a_card_holds_no_trace_of_it() -> None:
    made = letter(replace(JAKARTA, link_on=LinkOn.card), "AU")
    assert "qr.svg" not in made.assets
    assert URL not in made.html
    original, translation = sheets(made)
    assert "Selasa, 23 Februari 2027 pukul 16.00 WIB melalui kartu jawaban terlampir" in " ".join(original)
    assert "in the way shown on the enclosed reply card" in " ".join(translation)
    assert "page below" not in " ".join(translation)


def test_a_letter_in_a_log_does_not_give_its_link_away() -> None:
    assert URL not in repr(letter())


def test_the_same_letter_is_the_same_text() -> None:
    assert letter() == letter()


def test_there_is_no_emblem_unless_the_workspace_brings_one(tmp_path: Path) -> None:
    assert "emblem" not in letter().html
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/emblem.png").write_bytes(b"picture")
    folders = [tmp_path, ROOT / "templates"]
    catalogues = Catalogues(folders, approved_all)
    made = compose_letter(
        JAKARTA,
        invitation(JAKARTA, "JP"),
        link(JAKARTA, "JP"),
        templates=Templates(folders, catalogues),
        catalogues=catalogues,
    )
    assert made.assets["emblem.png"] == b"picture"
    assert made.html.count('src="asset:emblem.png"') == 2


@pytest.mark.parametrize("kind", SignatoryKind)
def test_a_letterheads_own_emblem_goes_before_the_one_for_all(tmp_path: Path, kind: SignatoryKind) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("emblem.svg", "emblem-governor.png", "emblem-agency.jpg", "emblem-note.svg"):
        (tmp_path / "assets" / name).write_bytes(name.encode())
    folders = [tmp_path, ROOT / "templates"]
    catalogues = Catalogues(folders, approved_all)
    event = replace(JAKARTA, signatory=replace(JAKARTA.signatory, kind=kind))
    made, note = compose_documents(
        event,
        invitation(event, "JP"),
        link(event, "JP"),
        templates=Templates(folders, catalogues),
        catalogues=catalogues,
        wanted=(Form.letter, Form.note),
    )
    own = {"governor": "emblem-governor.png", "on_behalf": "emblem.svg", "agency": "emblem-agency.jpg"}[kind]
    for each, name in ((made, own), (note, "emblem-note.svg")):
        assert [(found, each.assets[found]) for found in each.assets if "emblem" in found] == [(name, name.encode())]
        assert each.html.count(f'src="asset:{name}"') == 2


def test_a_drawing_that_is_gone_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter/letter.css").write_text("p { margin: 0 }")
    with pytest.raises(TemplateError) as caught:
        compose_letter(
            JAKARTA,
            invitation(JAKARTA, "JP"),
            link(JAKARTA, "JP"),
            templates=Templates([tmp_path], CATALOGUES),
            catalogues=CATALOGUES,
        )
    assert caught.value.fields["template"] == "assets/sasirangan.svg"


def test_a_mission_without_a_name_in_its_language_gets_no_letter() -> None:
    with pytest.raises(RenderError) as caught:
        letter(mission_name_local="")
    assert (caught.value.key, caught.value.fields) == ("no_mission_name", {"code": "JP", "language": "ja"})


def test_a_locale_that_leads_nowhere_gets_no_letter() -> None:
    with pytest.raises(RenderError) as caught:
        letter(locale="not a tag")
    assert caught.value.fields == {"code": "JP", "locale": "not a tag"}


def test_a_text_without_a_translation_says_that_it_is_english() -> None:
    translation = letter(JAKARTA).html.split('<section class="sheet"')[2]
    assert '<span lang="en" dir="ltr">Sample Hall, Jakarta</span>' in translation


def test_a_programme_without_a_day_keeps_its_clock_times() -> None:
    event = replace(BALI, start=None, end=None, programme=(ProgrammeItem(at=time(9, 0), key="opening"),))
    assert "09.00 WITA (08.00 WIB)" in sheets(letter(event))[0]
