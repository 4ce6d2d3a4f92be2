"""From specimens to signed letters, as Sari types it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.acceptance.conftest import keep
from tests.acceptance.office import Office
from tests.integration.sign.papers import ISSUER, PASSPHRASE, open_office, scanned


@pytest.fixture
def signing(office: Office) -> Office:
    """Three embassies whose letters the Governor signs elsewhere, each with a number of its own."""
    office.set_dates()
    office.approve_languages()
    keep(office, "JP", "SA", "TH")
    path = office.home / "templates/events/jakarta/event.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('number = "500.2/1/CONTOH/2026"', 'number = "500.2/{n}/CONTOH/2026"\nfirst = 98\nlast = 120')
    path.write_text(text.replace('signing = "none"', 'signing = "upload"'), encoding="utf-8")
    return office


def signed(office: Office, folder: Path) -> Path:
    """What comes back from the signing portal: other names, a signature behind each frozen file."""
    portal = open_office(folder / "portal.p12")
    back = folder / "kembali"
    back.mkdir()
    for number, frozen in enumerate(sorted((office.home / "var/letters/jakarta/to-sign").iterdir()), 1):
        (back / f"TTE-{number}.pdf").write_bytes(portal.sign(frozen.read_bytes()))
    return back


def test_signed_letters_come_back_and_leave_as_they_are(signing: Office, tmp_path: Path) -> None:
    assert signing.run("approve", "jakarta", "--by", "Sari").returncode == 5
    frozen = signing.run("freeze", "jakarta", "--by", "Sari")
    assert frozen.returncode == 0, frozen.stderr
    assert "invites sign jakarta" in frozen.stderr
    back = signed(signing, tmp_path)
    half = [path.rename(tmp_path / path.name) for path in sorted(back.iterdir())[:2]]
    lacking = signing.run("sign", "jakarta", str(back), "--by", "Sari")
    assert lacking.returncode == 4
    assert "Not signed yet: 2" in lacking.stderr
    for path in half:
        path.rename(back / path.name)
    taken = signing.run("sign", "jakarta", str(back), "--by", "Sari")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert signing.run("approve", "jakarta", "--by", "Budi").returncode == 0
    assert signing.json("send", "jakarta", "--yes", "--expect", "3")["sent"] == 3
    files = {path.read_bytes() for path in back.iterdir()}
    for mail in signing.mails():
        parsed = message_from_bytes(mail.read_bytes(), policy=policy.default)
        pdfs = [part.get_content() for part in parsed.walk() if part.get_content_type() == "application/pdf"]
        assert len(pdfs) == 1
        assert pdfs[0] in files


def test_files_that_are_no_letter_of_this_batch_change_nothing(signing: Office, tmp_path: Path) -> None:
    signing.run("freeze", "jakarta", "--by", "Sari")
    folder = tmp_path / "kembali"
    folder.mkdir()
    (folder / "unsigned.pdf").write_bytes((signing.home / "var/letters/jakarta/to-sign/JP.pdf").read_bytes())
    (folder / "catatan.txt").write_text("bukan surat", encoding="utf-8")
    ended = signing.run("sign", "jakarta", str(folder), "--by", "Sari")
    assert ended.returncode == 4
    assert ended.stdout.count("✗") == 2
    assert "0 of 3" in ended.stdout
    assert signing.run("approve", "jakarta", "--by", "Budi").returncode == 5


@pytest.mark.slow
def test_scans_of_ink_are_compared_side_by_side_and_taken_by_a_persons_word(signing: Office, tmp_path: Path) -> None:
    signing.run("freeze", "jakarta", "--by", "Sari")
    folder = tmp_path / "kembali"
    folder.mkdir()
    for number, frozen in enumerate(sorted((signing.home / "var/letters/jakarta/to-sign").iterdir()), 1):
        (folder / f"scan000{number}.pdf").write_bytes(scanned(frozen.read_bytes(), dpi=200))
    first = signing.run("sign", "jakarta", str(folder), "--by", "Sari")
    assert first.returncode == 4
    page = signing.home / "var/letters/jakarta/compare/index.html"
    assert str(page) in first.stderr
    said = page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert re.findall('<article id="(.*?)"', said) == ["JP", "SA", "TH"]
    assert said.count("<img") == 6
    assert all((page.parent / name).is_file() for name in re.findall('<img src="(.*?)"', said))
    assert f"invites sign jakarta {folder} --by Sari --confirm SA=" in said
    codes = [word for seen in re.findall("--confirm ([A-Z]{2}=[0-9a-f]{8})", said) for word in ("--confirm", seen)]
    unseen = folder / "scan0001.pdf"
    compared = unseen.read_bytes()
    unseen.write_bytes(scanned((signing.home / "var/letters/jakarta/to-sign/JP.pdf").read_bytes(), dpi=150))
    assert "2 of 3" in signing.run("sign", "jakarta", str(folder), "--by", "Sari", *codes).stdout
    unseen.write_bytes(compared)
    taken = signing.run("sign", "jakarta", str(folder), "--by", "Sari", *codes)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert signing.run("approve", "jakarta", "--by", "Budi").returncode == 0


@pytest.mark.slow
def test_a_person_says_whose_letter_a_scan_without_a_code_is(signing: Office, tmp_path: Path) -> None:
    signing.edit("jakarta", link_on='"card"')
    signing.run("freeze", "jakarta", "--by", "Sari")
    folder = tmp_path / "kembali"
    folder.mkdir()
    (folder / "scan0001.pdf").write_bytes(scanned((signing.home / "var/letters/jakarta/to-sign/JP.pdf").read_bytes()))
    words = ("sign", "jakarta", str(folder), "--by", "Sari")
    assert "No QR code can be read" in signing.run(*words).stdout
    assert signing.run(*words, "--scan", "JP=scan0002.pdf").returncode == 2
    assert signing.run(*words, "--scan", "XX=scan0001.pdf").returncode == 2
    named = signing.run(*words, "--scan", "jp=scan0001.pdf")
    assert named.returncode == 4
    page = signing.home / "var/letters/jakarta/compare/index.html"
    seen = re.findall("--scan jp=scan0001.pdf --confirm (JP=[0-9a-f]{8})", page.read_text(encoding="utf-8"))
    assert "0 of 3" in signing.run(*words, "--scan", "jp=scan0001.pdf", "--confirm", "JP").stdout
    taken = signing.run(*words, "--scan", "jp=scan0001.pdf", "--confirm", *seen)
    assert "1 of 3" in taken.stdout


@pytest.mark.slow
def test_the_office_signs_with_a_certificate_of_its_own(signing: Office, tmp_path: Path) -> None:
    ours = open_office(tmp_path / "kantor.p12")
    path = signing.home / "templates/events/jakarta/event.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('signing = "upload"', f'signing = "pades"\nissuer = "{ISSUER}"'), encoding="utf-8")
    assert signing.run("freeze", "jakarta", "--by", "Sari").returncode == 0
    words = ("sign", "jakarta", "--certificate", str(tmp_path / "kantor.p12"), "--by", "Sari")
    wrong = signing.run(*words, typed="bukan ini\n")
    assert wrong.returncode not in (0, 4)
    assert "Traceback" not in wrong.stderr
    (signing.home / "anchor.pem").write_bytes(ours.anchor)
    ended = signing.run(*words, typed=f"{PASSPHRASE}\n", INVITES_SIGN_ANCHORS="anchor.pem")
    assert ended.returncode == 0, ended.stderr
    assert "leads to an issuer that this office trusts" in ended.stdout
    assert PASSPHRASE not in (signing.home / ".env").read_text(encoding="utf-8") + ended.stdout + ended.stderr
    assert signing.run("approve", "jakarta", "--by", "Budi").returncode == 0


def test_the_same_files_again_change_nothing_and_nothing_false_is_said(signing: Office, tmp_path: Path) -> None:
    signing.run("freeze", "jakarta", "--by", "Sari")
    words = ("sign", "jakarta", str(signed(signing, tmp_path)), "--by", "Sari")
    first = signing.run(*words)
    assert (first.returncode, "Next: invites approve jakarta" in first.stderr) == (0, True)
    assert first.stdout.count("no anchors are set") == 3
    assert signing.run("approve", "jakarta", "--by", "Budi").returncode == 0
    again = signing.run(*words)
    assert again.returncode == 0, again.stderr
    assert "Nothing changed" in again.stderr
    assert "Next: invites send jakarta" in again.stderr
    assert signing.json("send", "jakarta", "--yes", "--expect", "3")["sent"] == 3
    late = signing.run(*words)
    assert late.returncode == 5
    assert "begun to leave" in late.stderr


def test_a_signature_that_leads_to_no_anchor_of_the_office_needs_a_person(signing: Office, tmp_path: Path) -> None:
    signing.run("freeze", "jakarta", "--by", "Sari")
    words = ("sign", "jakarta", str(signed(signing, tmp_path)), "--by", "Sari")
    (signing.home / "anchor.pem").write_bytes(open_office(tmp_path / "other.p12").anchor)
    untrusted = signing.run(*words, INVITES_SIGN_ANCHORS="anchor.pem")
    assert untrusted.returncode == 4
    assert untrusted.stdout.count("anybody can write that name") == 3
    assert "0 of 3" in untrusted.stdout
    page = (signing.home / "var/letters/jakarta/compare/index.html").read_text(encoding="utf-8")
    codes = [word for seen in re.findall("--confirm ([A-Z]{2}=[0-9a-f]{8})", page) for word in ("--confirm", seen)]
    taken = signing.run(*words, *codes, INVITES_SIGN_ANCHORS="anchor.pem")
    assert taken.returncode == 0, taken.stdout
    assert taken.stdout.count("not among those that this office trusts") == 3
    again = signing.run(*words, INVITES_SIGN_ANCHORS="anchor.pem")
    assert (again.returncode, "Nothing changed" in again.stderr) == (0, True)


def test_a_confirmation_that_fits_no_file_is_told(signing: Office, tmp_path: Path) -> None:
    signing.run("freeze", "jakarta", "--by", "Sari")
    words = ("sign", "jakarta", str(signed(signing, tmp_path)), "--by", "Sari")
    vain = signing.run(*words, "--confirm", "ZZ=00000000", "--confirm", "jp")
    assert vain.returncode == 4
    assert "--confirm ZZ=00000000: no file" in vain.stdout
    assert "--confirm jp: no file" in vain.stdout
    assert "3 of 3" in vain.stdout


def test_the_command_on_the_page_names_the_list_that_was_given(signing: Office, tmp_path: Path) -> None:
    given = ("--list", "recipients/embassies.csv")
    signing.run("freeze", "jakarta", "--by", "Sari", *given)
    paper = tmp_path / "scan.pdf"
    paper.write_bytes(scanned((signing.home / "var/letters/jakarta/to-sign/JP.pdf").read_bytes(), dpi=150))
    assert signing.run("sign", "jakarta", str(paper), "--by", "Sari", *given).returncode == 4
    page = (signing.home / "var/letters/jakarta/compare/index.html").read_text(encoding="utf-8")
    assert f"invites sign jakarta --list recipients/embassies.csv {paper} --by Sari --confirm JP=" in page


def test_the_register_lists_every_number(signing: Office) -> None:
    signing.run("freeze", "jakarta", "--by", "Sari")
    shown = signing.json("numbers", "jakarta")
    assert [(one["number"], one["state"]) for one in shown["numbers"]] == [
        (f"500.2/{number:03}/CONTOH/2026", "reserved") for number in (98, 99, 100)
    ]
    assert shown["gaps"] == []


def test_specimens_go_to_oneself_and_to_no_guest(signing: Office) -> None:
    refused = signing.run("proof", "jakarta", "--to", "Protocol@Embassy-JP.example")
    assert refused.returncode == 2
    assert signing.mails() == []
    ended = signing.run("proof", "jakarta", "--to", "sari@kalsel.example")
    assert ended.returncode == 0, ended.stderr
    (mail,) = signing.mails()
    parsed = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert str(parsed["Subject"]).startswith("CONTOH")
    names = [part.get_filename() for part in parsed.iter_attachments()]
    assert names == [f"undangan-jakarta-{code}-r1.pdf" for code in ("th", "jp", "sa")]
    said = [part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text"]
    pages = [page for part in parsed.iter_attachments() for page in PdfReader(BytesIO(part.get_content())).pages]
    said += [page.extract_text() + repr(page.get("/Annots")) for page in pages]
    assert len(pages) >= 6
    assert not [text for text in said if "/r/" in text or "/v/" in text]
    assert signing.json("status", "jakarta")["deliveries"] == {}
