"""Sari's letters on paper, on the installed command: print, carry, record."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from tests.acceptance.conftest import keep
from tests.acceptance.office import Office

WAYS = {
    "JP": {"delivery": "both", "address_lines": "Jl. Contoh 24|Jakarta Pusat 10350"},
    "SA": {"delivery": "courier", "address_lines": "Jl. Contoh 3|Jakarta Selatan 12940", "email": ""},
    "TH": {"delivery": "courier", "address_lines": "Jl. Contoh 74|Jakarta Pusat 10310"},
    "AU": {},
}


@pytest.fixture(scope="module")
def courier(approved: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An approved batch, of which three letters go by courier."""
    home = tmp_path_factory.mktemp("courier") / "kantor"
    office = Office(shutil.copytree(approved.home, home), approved.environment)
    shutil.rmtree(home / "recipients")
    shutil.copytree(Path(__file__).parents[2] / "recipients", home / "recipients")
    keep(office, *WAYS)
    path = home / "recipients/embassies.csv"
    rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8")), delimiter=";"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | WAYS[row["code"]] for row in rows)
    ended = office.run("approve", "jakarta", "--by", "Sari")
    assert ended.returncode == 0, ended.stderr
    return office


@pytest.fixture
def ready(courier: Office, tmp_path: Path) -> Office:
    return Office(shutil.copytree(courier.home, tmp_path / "kantor"), courier.environment)


def now(**earlier: int) -> str:
    return f"{datetime.now(ZoneInfo('Asia/Jakarta')) - timedelta(**earlier):%Y-%m-%d %H:%M}"


def hand(office: Office, *more: str, code: str = "SA", to: str = "Resepsionis Contoh", at: str = "") -> tuple[int, str]:
    ended = office.run("handed", "jakarta", code, "--to", to, "--at", at or now(), "--by", "Sari", *more)
    return ended.returncode, ended.stdout + ended.stderr


def test_the_letters_of_couriers_are_one_file_that_only_sari_can_read(ready: Office) -> None:
    ended = ready.run("print", "jakarta")
    assert ended.returncode == 0, ended.stderr
    path = ready.home / "var/letters/jakarta-print.pdf"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "3 letters" in ended.stdout
    assert "links that are alive" in ended.stderr
    assert "district, then precedence" in ended.stderr
    assert "JP" in ended.stderr
    assert [each.name for each in path.parent.glob(".*")] == []
    pages = PdfReader(path).pages
    assert len(pages) == 14
    assert "Buku ekspedisi" in pages[0].extract_text()


def test_a_file_that_anybody_could_read_becomes_one_that_only_sari_can(ready: Office) -> None:
    path = ready.home / "cetak.pdf"
    path.write_bytes(b"")
    path.chmod(0o644)
    report = ready.json("print", "jakarta", "--to", str(path), "--only", "sa")
    assert report == {"event": "jakarta", "printed": 1, "file": str(path), "order": ["SA"]}
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_order_is_that_of_the_courier(ready: Office) -> None:
    assert ready.json("print", "jakarta")["order"] == ["TH", "JP", "SA"]
    assert ready.json("print", "jakarta", "--all")["order"] == ["TH", "JP", "SA", "AU"]
    assert len(PdfReader(ready.home / "var/letters/jakarta-print.pdf").pages) == 18


def test_an_unapproved_list_is_not_printed_and_leaves_no_file(ready: Office) -> None:
    path = ready.home / "recipients/embassies.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Jl. Contoh 3", "Jl. Contoh 4"), encoding="utf-8")
    ended = ready.run("print", "jakarta")
    assert ended.returncode == 5
    assert not (ready.home / "var/letters/jakarta-print.pdf").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "XX"), "not in the list: XX"),
        (("--only", "AU"), "add --all"),
        (("--to", "var"), "can't be written"),
    ],
)
def test_what_cannot_be_printed_is_said_and_nothing_is_recorded(
    ready: Office, words: tuple[str, ...], said: str
) -> None:
    ended = ready.run("print", "jakarta", *words)
    assert (ended.returncode, said in ended.stderr) == (2, True), ended.stderr
    assert "used" not in ready.run("numbers", "jakarta").stdout


def test_printing_again_asks_to_destroy_the_earlier_print(ready: Office) -> None:
    assert "Destroy" not in ready.run("print", "jakarta", "--only", "SA").stderr
    assert "Printed before: SA." in ready.run("print", "jakarta").stderr


def test_send_counts_mails_only(ready: Office) -> None:
    assert ready.run("send", "jakarta", "--yes", "--expect", "4").returncode == 2
    ended = ready.run("send", "jakarta", "--yes", "--expect", "2")
    assert (ended.returncode, len(ready.mails())) == (0, 2), ended.stderr


def test_status_tells_what_is_still_to_be_handed(ready: Office) -> None:
    assert hand(ready)[0] == 0
    report = ready.json("status", "jakarta")
    assert set(report) == {"event", "invited", "deliveries", "replies", "seats", "handed", "rows"}
    assert report["handed"] == {"to_hand": 2, "handed": 1}
    assert {row["code"]: (row["delivery"], row["handed"]) for row in report["rows"]} == {
        "JP": ("queued", "to_hand"),
        "SA": (None, "handed"),
        "TH": (None, "to_hand"),
        "AU": ("queued", None),
    }
    shown = ready.run("status", "jakarta").stdout
    assert "handed over 1 · to be handed 2" in shown
    in_indonesian = ready.run("status", "jakarta", INVITES_LANG="id").stdout
    assert "diserahkan 1 · belum diserahkan 2" in in_indonesian


def test_who_took_a_letter_is_recorded_once_and_replaced_only_knowingly(ready: Office) -> None:
    code, said = hand(ready)
    assert (code, "SA: taken by Resepsionis Contoh" in said) == (0, True), said
    code, said = hand(ready, to="Orang Lain")
    assert (code, "Resepsionis Contoh" in said, "--replace" in said) == (2, True, True)
    code, said = hand(ready, "--replace", to="Orang Lain")
    assert (code, "It replaces: Resepsionis Contoh" in said) == (0, True)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2020-01-01 09:00", "can't have left before"),
        ("2099-01-01 09:00", "has not come yet"),
        ("kemarin", "a date and a time"),
        (" ", "a date and a time"),
    ],
)
def test_a_time_that_cannot_be_is_refused(ready: Office, at: str, said: str) -> None:
    code, printed = hand(ready, at=at)
    assert (code, said in printed) == (2, True), printed


def test_an_embassy_that_is_not_invited_took_nothing(ready: Office) -> None:
    assert hand(ready, code="XX")[0] == 1


def test_both_commands_speak_indonesian(ready: Office) -> None:
    ended = ready.run("print", "jakarta", INVITES_LANG="id")
    assert "3 surat siap dicetak" in ended.stdout
    assert "tautan jawaban" in ended.stderr
    for verb in ("print", "handed"):
        helped = ready.run(verb, "--help", INVITES_LANG="id")
        assert helped.returncode == 0
        assert "Cetak" in helped.stdout or "surat cetakan" in helped.stdout


def test_a_freeze_says_whose_approval_and_which_paper_no_longer_count(office: Office) -> None:
    office.set_dates()
    office.approve_languages()
    keep(office, "JP", "SA")
    assert office.run("approve", "jakarta", "--by", "Sari").returncode == 0
    assert office.run("print", "jakarta", "--only", "JP", "--all").returncode == 0
    keep_again = office.home / "recipients/embassies.csv"
    lines = keep_again.read_text(encoding="utf-8-sig").splitlines()
    keep_again.write_text("\n".join(row for row in lines if not row.startswith("JP")) + "\n", encoding="utf-8")
    told = office.run("freeze", "jakarta", "--by", "Sari")
    assert told.returncode == 0, told.stderr
    assert "the approval by Sari no longer counts" in told.stderr
    assert "no longer the letters that stand: JP" in told.stderr
