"""`invites demo`: the whole way on this machine, whatever the real settings say."""

from __future__ import annotations

import socket
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pypdfium2
import pytest

from tests.acceptance.office import COMMAND, Office, environment


def demonstrate(folder: Path, *words: str, **settings: str) -> tuple[subprocess.CompletedProcess[str], Office]:
    ended = subprocess.run(
        [str(COMMAND), "demo", "--no-serve", *words],
        cwd=folder,
        env={**environment(), **settings},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    home = folder / "var/demo"
    return ended, Office(home, {**environment(), "INVITES_HOME": str(home)})


def mails(office: Office) -> list[EmailMessage]:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.strict)
        for path in sorted((office.home / "mail/new").iterdir())
    ]


def test_sixteen_letters_sixteen_mails_and_four_replies_whatever_the_real_settings_say(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe never read")
    with socket.create_server(("127.0.0.1", 0)) as real_relay:
        url = f"smtp://127.0.0.1:{real_relay.getsockname()[1]}?tls=none"
        ended, office = demonstrate(
            tmp_path, INVITES_SMTP_URL=url, INVITES_HOME=str(tmp_path), INVITES_BASE_URL="https://real.example"
        )
        real_relay.settimeout(0.2)
        with pytest.raises(TimeoutError):
            real_relay.accept()
    assert ended.returncode == 0, ended.stderr

    letters = sorted((office.home / "letters/jakarta").glob("*.pdf"))
    assert len(letters) == 16
    # letter, programme and products in two languages each, and the card
    assert {len(pypdfium2.PdfDocument(letter)) for letter in letters} == {7}
    assert len({mail["To"] for mail in mails(office)}) == len(mails(office)) == 16
    for mail in mails(office):
        assert "http://127.0.0.1" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        pdf, ics = (part.get_content() for part in mail.iter_attachments())
        code = str(mail["To"]).partition("embassy-")[2][:2].upper()
        assert pdf == (office.home / f"letters/jakarta/{code}.pdf").read_bytes()
        assert icalendar.Calendar.from_ical(ics).events

    status = office.json("status", "jakarta")
    assert status["deliveries"] == {"sent": 16}
    answered = {row["code"]: row["reply"] for row in status["rows"] if row["reply"] != "needs_action"}
    assert answered == {"JP": "accepted", "AU": "represented", "NL": "declined", "TH": "represented"}
    assert len(list((office.home / "mail/.confirmations/new").iterdir())) == 4


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_three_missions_in_indonesian(tmp_path: Path) -> None:
    ended, office = demonstrate(tmp_path, "--event", "all", "--lang", "id")
    assert ended.returncode == 0, ended.stderr
    assert "tidak ada surel yang keluar" in ended.stderr
    assert len(list((office.home / "letters").glob("*/*.pdf"))) == len(mails(office)) == 48
    for slug in ("jakarta", "yogyakarta", "bali"):
        status = office.json("status", slug)
        assert (status["invited"], status["deliveries"]) == (16, {"sent": 16})
        assert sum(count for state, count in status["replies"].items() if state != "needs_action") == 4


@pytest.mark.slow
def test_a_second_demonstration_starts_afresh_and_harms_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/invites.db").write_bytes(b"the real one")
    for _ in range(2):
        ended, office = demonstrate(tmp_path)
        assert ended.returncode == 0, ended.stderr
    assert len(mails(office)) == 16
    assert (tmp_path / "var/invites.db").read_bytes() == b"the real one"
