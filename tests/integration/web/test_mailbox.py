"""The rehearsal's mailbox in the browser."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from invites.web.app import create_app
from tests.integration.web.visitor import visible
from tests.integration.web.world import BASE_URL, SESSION_KEY, World

HTML = "<style>p{color:red}</style><p>Yth.</p><script>alert(1)</script>"


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, code in enumerate(("jp", "sa")):
        message = EmailMessage()
        message["From"] = "Meja Protokol <protokol@kalsel.example>"
        message["To"] = f"protocol@embassy-{code}.example"
        message["Subject"] = f"Undangan <b>{code}</b>"
        message.set_content(f"Kepada {code}: <i>teks</i>\n")
        message.add_alternative(HTML, subtype="html")
        message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename=f"undangan-{code}.pdf")
        message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename='a";\u202e.ics')
        name = "new/170000001.M1.host" if number else "cur/170000000.M1.host:2,S"
        (folder / name).write_bytes(bytes(message))
    return folder


@pytest.fixture
def reader(world: World, mailbox: Path) -> TestClient:
    app = create_app(world.house, session_key=SESSION_KEY, mailbox=mailbox)
    return TestClient(app, base_url=BASE_URL)


def test_without_a_rehearsal_there_is_no_mailbox(visitor: TestClient) -> None:
    assert visitor.get("/rehearsal").status_code == 404


def test_every_mail_is_listed_the_newest_first(reader: TestClient) -> None:
    page = reader.get("/rehearsal").text
    assert re.findall(r"protocol@embassy-(\w\w)\.example", page) == ["sa", "jp"]
    assert "Undangan &lt;b&gt;jp&lt;/b&gt;" in page


def test_a_mail_is_shown_with_its_text_its_files_and_its_html_in_a_frame(reader: TestClient) -> None:
    response = reader.get("/rehearsal/170000001.M1.host?lang=en")
    assert "Kepada sa: &lt;i&gt;teks&lt;/i&gt;" in response.text
    assert "undangan-sa.pdf" in response.text
    assert re.search(r'<iframe src="/rehearsal/170000001.M1.host/html"[^>]* sandbox></iframe>', response.text)
    assert "frame-src 'self'" in response.headers["content-security-policy"]


def test_the_html_of_a_mail_can_do_nothing(reader: TestClient) -> None:
    response = reader.get("/rehearsal/170000000.M1.host/html")
    assert response.text.startswith("<style>")
    rules = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= set(rules)
    assert not any(rule.startswith("script-src") for rule in rules)


def test_the_files_of_a_mail_are_downloaded_under_safe_names(reader: TestClient) -> None:
    pdf, ics = (reader.get(f"/rehearsal/170000001.M1.host/{number}") for number in (0, 1))
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert pdf.headers["content-disposition"] == 'attachment; filename="undangan-sa.pdf"'
    assert ics.content == b"BEGIN:VCALENDAR"
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', ics.headers["content-disposition"])


@pytest.mark.parametrize(
    "path",
    [
        "/rehearsal/none",
        "/rehearsal/..%2F..%2Finvites.db",
        "/rehearsal/170000001.M1.host/9",
        "/rehearsal/170000001.M1.host/-1",
    ],
)
def test_what_is_not_in_the_mailbox_is_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_the_confirmations_in_their_own_folder_are_listed_too(reader: TestClient, mailbox: Path) -> None:
    (mailbox / ".confirmations" / "new").mkdir(parents=True)
    (mailbox / ".confirmations" / "new" / "1700000002.M1.host").write_bytes(b"Subject: Konfirmasi diterima\r\n\r\nYa")
    assert "Konfirmasi diterima" in reader.get("/rehearsal").text
    assert "Ya" in reader.get("/rehearsal/1700000002.M1.host").text


def test_reading_moves_and_marks_nothing(reader: TestClient, mailbox: Path) -> None:
    before = sorted(mailbox.rglob("*"))
    reader.get("/rehearsal")
    reader.get("/rehearsal/170000001.M1.host")
    assert sorted(mailbox.rglob("*")) == before


def test_an_empty_mailbox_says_so(world: World, tmp_path: Path) -> None:
    app = create_app(world.house, session_key=SESSION_KEY, mailbox=tmp_path / "not yet")
    assert "Jumlah surel: 0." in visible(TestClient(app, base_url=BASE_URL).get("/rehearsal").text)
