"""products.csv beside an event file: what staff write becomes the annex, every fault is named by its cell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from invites.model.event import Bundle, Event, LinkOn, Product, ProductGroup
from invites.model.message import Form
from invites.validate.event_file import EventResult, read_event
from invites.validate.products import MOST
from tests.unit.validate.conftest import REPOSITORY
from tests.unit.validate.lists import shorts
from tests.unit.validate.test_event_file import NOW, without_samples

EVENTS = REPOSITORY / "templates" / "events"
HEAD = "group;name_id;name_en;name_ja;maker;place;price_from;price_to;minimum_order;export;picture"
GOOD = "anyaman;Tas purun;Purun bag;プルンの編みバッグ;Rumah Purun;Barito Kuala;95.000;225000;100;ya;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An event that wants the annex on products, without its table."""
    path = tmp_path / "jakarta"
    path.mkdir()
    text = (EVENTS / "jakarta" / "event.toml").read_text(encoding="utf-8")
    old = 'forms = ["letter"]'
    assert old in text
    (path / "event.toml").write_text(text.replace(old, 'forms = ["letter", "products"]'), encoding="utf-8")
    return path


def read(folder: Path, content: str | bytes | None = None) -> EventResult:
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode("utf-8-sig")
        (folder / "products.csv").write_bytes(data)
    return read_event(folder / "event.toml", now=NOW, for_sending=True, holidays=EVENTS / "holidays.toml")


def found(folder: Path, *rows: str, head: str = HEAD) -> list[str]:
    return shorts(without_samples(read(folder, "\n".join([head, *rows])).problems))


def event_of(result: EventResult) -> Event:
    assert result.event is not None
    return result.event


@pytest.mark.parametrize("slug", ["jakarta", "yogyakarta", "bali"])
def test_the_shipped_products_are_right_and_named_in_every_language(tmp_path, catalogues, slug):
    shutil.copytree(EVENTS / slug, tmp_path / slug)
    file = tmp_path / slug / "event.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('forms = ["letter"]', 'forms = ["letter", "products"]'), encoding="utf-8")

    result = read(tmp_path / slug)

    products = event_of(result).products
    assert [problem for problem in without_samples(result.problems) if problem.code.startswith("E11")] == []
    assert {product.group for product in products} == set(ProductGroup)
    for product in products:
        assert set(product.names) == set(catalogues.languages) - {"en-US"}
        assert "Contoh" in product.maker


def test_a_row_is_read_to_the_last_cell(folder):
    assert event_of(read(folder, f"{HEAD}\n{GOOD}\n")).products == (
        Product(
            group=ProductGroup.anyaman,
            names={"id": "Tas purun", "en": "Purun bag", "ja": "プルンの編みバッグ"},
            maker="Rumah Purun",
            place="Barito Kuala",
            price_from=95000,
            price_to=225000,
            minimum_order=100,
            export_ready=True,
        ),
    )


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_separator_that_excel_writes_is_understood(folder, separator):
    result = read(folder, f"{HEAD}\n{GOOD}\n".replace(";", separator))
    assert [product.maker for product in event_of(result).products] == ["Rumah Purun"]


def test_one_price_is_no_band(folder):
    (product,) = event_of(read(folder, f"{HEAD}\n{GOOD.replace('225000', '95000')}")).products
    assert (product.price_from, product.price_to) == (95000, None)


@pytest.mark.parametrize(
    ("old", "new", "short"),
    [
        ("anyaman", "batik", "E112.choice B A2"),
        ("anyaman", "", "E112.missing B A2"),
        ("Purun bag", "", "E112.missing B C2"),
        ("Rumah Purun", "=HYPERLINK(1)", "E112.text B E2"),
        ("Rumah Purun", "Rumah\u202ePurun", "E112.text B E2"),
        ("Tas purun", "#N/A", "E112.text B B2"),
        ("95.000", "Rp95.000", "E112.number B G2"),
        ("95.000", "0", "E112.number B G2"),
        ("95.000", "95,5", "E112.number B G2"),
        ("225000", "90000", "E112.order B H2"),
        ("100", "seratus", "E112.number B I2"),
        (";ya;", ";mungkin;", "E112.yes_no B J2"),
        (";ya;", ";ya;foto.png", "E112.picture B K2"),
        (";ya;", ";ya;../event.svg", "E112.picture B K2"),
        (";ya;", ";ya;/etc/passwd", "E112.picture B K2"),
        (";ya;", ";ya;event.toml", "E112.picture B K2"),
    ],
)
def test_a_cell_that_can_not_be_right_is_named(folder, old, new, short):
    assert old in GOOD
    assert found(folder, GOOD.replace(old, new, 1)) == [short]


def test_all_faults_of_a_file_come_at_once(folder):
    rows = [GOOD, GOOD.replace("anyaman", "kain"), GOOD, GOOD.replace(";ya;", ";?;")]
    assert found(folder, *rows) == ["E112.choice B A3", "E112.yes_no B J5"]


@pytest.mark.parametrize(
    ("head", "short"),
    [
        (HEAD.replace("maker;", ""), "E111.missing_column B A1"),
        (HEAD.replace("name_ja", "nama_ja"), "E111.unknown_column B D1"),
        (HEAD.replace("name_ja", "maker"), "E111.unknown_column B E1"),
    ],
)
def test_a_header_that_is_not_ours_is_named(folder, head, short):
    assert found(folder, GOOD, head=head) == [short]


def test_a_table_that_is_not_there_or_is_empty_blocks(folder):
    assert shorts(without_samples(read(folder).problems)) == ["E110.no_products B"]
    assert found(folder) == ["E110.no_products B"]


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", f"{HEAD}\nañyaman".encode("cp1252"), f'{HEAD}\n"anyaman;'.encode()]
)
def test_a_file_that_is_no_csv_in_utf_8_is_refused(folder, content):
    assert shorts(without_samples(read(folder, content).problems)) == ["E111.unreadable B"]


def test_more_than_an_annex_can_hold_is_refused(folder):
    assert found(folder, *[GOOD] * MOST) == []
    assert found(folder, *[GOOD] * (MOST + 1)) == ["E111.too_many B"]


def test_a_picture_beside_the_table_is_taken(folder):
    (folder / "tas-purun.png").write_bytes(b"picture")
    (product,) = event_of(read(folder, f"{HEAD}\n{GOOD}tas-purun.png")).products
    assert product.picture == "tas-purun.png"


def test_a_change_of_table_or_picture_is_a_change_of_the_event(folder):
    (folder / "tas.png").write_bytes(b"picture")
    first = event_of(read(folder, f"{HEAD}\n{GOOD}tas.png")).digest
    assert event_of(read(folder, f"{HEAD}\n{GOOD}tas.png")).digest == first
    second = event_of(read(folder, f"{HEAD}\n{GOOD.replace('100', '120')}tas.png")).digest
    (folder / "tas.png").write_bytes(b"another")
    third = event_of(read(folder)).digest
    assert len({first, second, third}) == 3


def test_an_event_that_wants_no_annex_reads_no_table(tmp_path):
    shutil.copytree(EVENTS / "jakarta", tmp_path / "jakarta")
    (tmp_path / "jakarta" / "products.csv").write_bytes(b"\xff\xfe\x00")
    result = read(tmp_path / "jakarta")
    assert without_samples(result.problems) == []
    assert event_of(result).products == ()


def test_makers_that_are_samples_never_leave_over_a_real_relay(folder):
    rows = f"{HEAD}\n{GOOD.replace('Rumah Purun', 'Rumah Purun Contoh')}"
    problems = [problem for problem in read(folder, rows).problems if problem.code == "E109"]
    assert "products.1.maker" in [problem.cell for problem in problems]


def forms(folder: Path, text: str) -> tuple[list[str], Event | None]:
    file = folder / "event.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('forms = ["letter", "products"]', text), encoding="utf-8")
    result = read(folder)
    return shorts(without_samples(result.problems)), result.event


def test_the_forms_and_their_bundle_are_read(folder):
    problems, event = forms(folder, 'forms = ["letter", "programme", "card", "card"]')
    assert problems == []
    assert event is not None
    assert event.forms == (Form.letter, Form.programme, Form.card)
    assert (event.bundle, event.link_on) == (Bundle.one, LinkOn.letter)


@pytest.mark.parametrize(
    "text", ['forms = ["letter", "note"]', 'forms = ["letter", "poster"]', 'forms = ["letter", 7]']
)
def test_a_form_that_is_no_choice_is_named_with_the_choices(folder, text):
    assert forms(folder, text) == (["E100.choice B forms.2"], None)


@pytest.mark.parametrize("text", ['forms = ["card"]', "forms = []"])
def test_forms_without_the_letter_are_refused(folder, text):
    assert forms(folder, text)[0] == ["E110.no_letter B forms"]


def test_an_annex_of_a_programme_that_is_empty_is_told(folder):
    file = folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[[programme]]")], encoding="utf-8")
    assert forms(folder, 'forms = ["letter", "programme"]')[0] == ["E110.no_programme W forms"]


def test_the_link_may_stand_on_a_card(folder):
    file = folder / "event.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('link_on = "letter"', 'link_on = "card"'), encoding="utf-8"
    )
    problems, event = forms(folder, 'forms = ["letter"]')
    assert problems == []
    assert event is not None
    assert event.link_on is LinkOn.card
