"""Sari's day at the command line, on the installed command."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pypdf import PdfReader

from invites.cli.send import exit_code
from invites.config import Settings
from invites.errors import ConfigurationError
from tests.acceptance.office import COMMAND, Office, environment

SECRETS = ("INVITES_LINK_KEYS", "INVITES_SESSION_KEY")


def secrets_of(office: Office) -> list[str]:
    lines = (office.home / ".env").read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(SECRETS)]


def test_init_lays_out_a_workspace_that_only_its_owner_may_read_the_keys_of(office: Office) -> None:
    assert {path.name for path in office.home.iterdir()} == {".env", "recipients", "templates", "var"}
    assert (office.home / ".env").stat().st_mode & 0o777 == 0o600
    assert len(set(secrets_of(office))) == 2


def test_init_overwrites_nothing(office: Office) -> None:
    before = (office.home / ".env").read_bytes()
    again = office.run("init", ".")
    assert again.returncode == 74
    assert (office.home / ".env").read_bytes() == before


def test_the_shipped_list_and_the_three_events_have_nothing_that_blocks(office: Office) -> None:
    for words in (("validate",), ("validate", "jakarta"), ("validate", "yogyakarta"), ("validate", "bali")):
        report = office.json(*words)
        assert (report["ok"], report["recipients"]) == (True, 16)
        assert set(report) == {"ok", "rows", "recipients", "problems"}
        for problem in report["problems"]:
            assert set(problem) == {"code", "severity", "row", "column", "cell", "message"}


def test_a_broken_list_is_refused_by_cell_in_the_language_of_the_office(office: Office) -> None:
    path = office.home / "recipients/embassies.csv"
    text = path.read_text(encoding="utf-8-sig").replace("protocol@embassy-jp.example", "protokol@")
    path.write_text(text, encoding="utf-8")
    ended = office.run("validate", "--list", str(path))
    assert ended.returncode == 3
    assert "W2" in ended.stdout
    assert "R010" in ended.stdout
    in_indonesian = office.run("validate", "--list", str(path), INVITES_LANG="id")
    assert "alamat" in in_indonesian.stdout.lower()
    assert office.json("validate", "--list", str(path), exits=3)["ok"] is False


def test_rows_that_were_read_are_counted_though_none_of_them_can_be_used(office: Office) -> None:
    path = office.home / "recipients/embassies.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";email;direct", ";email;langsung"), encoding="utf-8")
    ended = office.run("validate", "--list", str(path))
    assert "Rows read: 16, errors to correct: 16" in ended.stdout
    assert ended.stdout.count("R019") == 1
    report = office.json("validate", "--list", str(path), exits=3)
    assert (report["rows"], report["recipients"]) == (16, 0)
    assert sum(problem["code"] == "R019" for problem in report["problems"]) == 16


def test_what_was_approved_from_another_list_is_not_called_changed_and_is_not_replaced_unseen(ready: Office) -> None:
    other = ready.home / "recipients/private-2027.csv"
    text = (ready.home / "recipients/embassies.csv").read_text(encoding="utf-8")
    other.write_text("\n".join(text.splitlines()[:2]) + "\n", encoding="utf-8")
    approved = ready.run("approve", "jakarta", "--by", "Sari", "--list", "recipients/private-2027.csv")
    assert approved.returncode == 0, approved.stderr
    assert "invites send jakarta --list recipients/private-2027.csv" in approved.stdout
    assert "List: recipients/private-2027.csv" in approved.stdout
    plain = ready.run("send", "jakarta", "--yes", "--expect", "1")
    assert plain.returncode == 5
    assert "recipients/embassies.csv" in plain.stderr
    assert "Was another list approved?" in plain.stderr
    assert "recipients/embassies.csv" in ready.run("approve", "jakarta", "--by", "Sari").stdout


def test_two_lists_that_differ_are_not_chosen_between_by_chance(office: Office) -> None:
    path = office.home / "recipients/embassies.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    ended = office.run("validate")
    assert ended.returncode == 3
    assert "--list" in ended.stderr


@pytest.mark.parametrize(
    "words", [("status", "jakarta"), ("validate", "jakarta"), ("approve", "jakarta", "--by", "Sari"), ("serve",)]
)
def test_a_command_in_the_wrong_folder_says_so_and_offers_no_new_workspace(
    office: Office, tmp_path: Path, words: tuple[str, ...]
) -> None:
    elsewhere = Office(tmp_path, office.environment)
    ended = elsewhere.run(*words)
    assert ended.returncode == 2
    assert "no workspace here" in ended.stderr
    assert "invites init" not in ended.stderr


def test_init_beside_a_database_without_its_env_writes_nothing(ready: Office) -> None:
    (ready.home / ".env").rename(ready.home / "env.kept")
    before = sorted(path.name for path in ready.home.rglob("*"))
    ended = ready.run("init", ".")
    assert ended.returncode == 74
    assert "backup" in ended.stderr
    assert sorted(path.name for path in ready.home.rglob("*")) == before


def test_a_code_changed_after_its_letter_left_does_not_get_the_mailbox_a_second_one(ready: Office) -> None:
    assert ready.json("send", "jakarta", "--yes", "--expect", "3")["sent"] == 3
    path = ready.home / "recipients/embassies.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\nTH;", "\nLA;"), encoding="utf-8")
    ended = ready.run("approve", "jakarta", "--by", "Sari")
    assert ended.returncode == 5
    assert "LA" in ended.stderr
    assert "TH" in ended.stderr


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "Sari\u202e"])
def test_an_approval_needs_a_name_that_can_be_read(office: Office, name: str) -> None:
    office.set_dates()
    ended = office.run("approve", "jakarta", "--by", name)
    assert ended.returncode == 2
    assert "--by" in ended.stderr


def test_more_delegates_than_the_event_allows_are_not_recorded(ready: Office) -> None:
    ended = ready.run("reply", "jakarta", "JP", "accept", "--via", "phone", "--by", "Sari", "--delegates", "99")
    assert ended.returncode == 1
    assert ready.json("status", "jakarta")["seats"] == 0


def test_a_preview_of_an_unknown_code_is_refused_and_case_does_not_matter(ready: Office) -> None:
    assert ready.run("preview", "jakarta", "--only", "JAPAN").returncode == 2
    assert ready.run("preview", "jakarta", "--only", "jp").returncode == 0


def test_a_letter_that_would_follow_is_shown_as_a_specimen_that_cites_the_invitation(ready: Office) -> None:
    assert ready.run("preview", "jakarta", "--form", "surat").returncode == 2
    shown = ready.run("preview", "jakarta", "--form", "cancellation", "--only", "JP")
    assert shown.returncode == 0, shown.stderr
    folder = ready.home / "var/letters/jakarta/cancellation"
    assert (folder / "index.html").is_file()
    text = " ".join(page.extract_text() for page in PdfReader(folder / "JP-cancellation.pdf").pages)
    assert "menyusuli surat kami nomor 500.2/1/CONTOH/2026" in text
    assert "/r/" not in text
    assert "/v/" not in text


def test_approving_what_is_frozen_already_shows_no_bar_that_stands_at_nought(ready: Office) -> None:
    again = ready.run("approve", "jakarta", "--by", "Budi")
    assert again.returncode == 0
    assert "0/3" not in again.stderr


def test_serve_on_a_used_port_says_so(ready: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as used:
        ended = ready.run("serve", "--port", str(used.getsockname()[1]))
    assert ended.returncode == 2
    assert "/desk" not in ended.stdout + ended.stderr


def test_an_event_without_dates_can_be_looked_at_but_not_approved(office: Office) -> None:
    looked = office.run("preview", "bali", "--only", "JP")
    assert looked.returncode == 0, looked.stderr
    assert (office.home / "var/letters/bali/JP.pdf").read_bytes().startswith(b"%PDF")
    ended = office.run("approve", "bali", "--by", "Sari")
    assert ended.returncode == 3
    assert "E101" in ended.stderr


def test_nothing_is_sent_without_approval(office: Office) -> None:
    office.set_dates()
    ended = office.run("send", "jakarta", "--yes", "--expect", "16")
    assert ended.returncode == 5
    assert "invites approve jakarta" in ended.stderr
    assert office.mails() == []


def test_sending_twice_sends_nothing_twice_and_says_so(ready: Office) -> None:
    first = ready.json("send", "jakarta", "--yes", "--expect", "3")
    assert first == {**first, "event": "jakarta", "sent": 3, "deferred": 0, "failed": 0, "unknown": 0}
    second = ready.json("send", "jakarta", "--yes", "--expect", "3")
    assert second["sent"] == 0
    third = ready.run("send", "jakarta", "--yes", "--expect", "3")
    assert third.stderr == "jakarta: no letter of this batch waits to be sent.\n"
    assert len(ready.mails()) == 3


def test_approving_twice_makes_one_batch(ready: Office) -> None:
    assert ready.run("approve", "jakarta", "--by", "Budi").returncode == 0
    assert ready.json("send", "jakarta", "--yes", "--expect", "3")["sent"] == 3
    assert ready.json("status", "jakarta")["invited"] == 3


@pytest.mark.parametrize("words", [(), ("--yes",), ("--expect", "3")])
def test_without_a_terminal_sending_needs_yes_and_the_number(ready: Office, words: tuple[str, ...]) -> None:
    ended = ready.run("send", "jakarta", *words, typed="3\n")
    assert ended.returncode == 2
    assert "--yes --expect 3" in ended.stderr
    assert ready.mails() == []


def test_another_number_than_the_approved_one_sends_nothing(ready: Office) -> None:
    ended = ready.run("send", "jakarta", "--yes", "--expect", "16")
    assert ended.returncode == 2
    assert ready.mails() == []


def test_a_change_after_approval_stops_the_sending(ready: Office) -> None:
    ready.edit("jakarta", max_delegates="3")
    ended = ready.run("send", "jakarta", "--yes", "--expect", "3")
    assert ended.returncode == 5
    assert ready.mails() == []


def test_a_dry_run_opens_nothing_and_names_every_address(ready: Office) -> None:
    ended = ready.run("send", "jakarta", "--dry-run", INVITES_SMTP_URL="maildir:/proc/nowhere")
    assert ended.returncode == 0, ended.stderr
    assert "protocol@embassy-jp.example" in ended.stdout
    assert ready.mails() == []


def test_a_reserved_address_does_not_go_to_a_live_relay(ready: Office) -> None:
    ended = ready.run("send", "jakarta", "--yes", "--expect", "3", INVITES_SMTP_URL="smtp://127.0.0.1:1?tls=none")
    assert ended.returncode == 3
    assert "R015" in ended.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [("INVITES_MAIL_FROM", "undangan@kalsel.example"), ("INVITES_BASE_URL", "http://127.0.0.1:8080")],
)
def test_real_mail_neither_comes_from_a_sample_nor_leads_to_this_machine(setting: str, value: str) -> None:
    real = {
        "INVITES_SMTP_URL": "smtp://relay.example:587",
        "INVITES_MAIL_FROM": "undangan@kalsel.contoh",
        "INVITES_BASE_URL": "https://undangan.kalsel.example",
    }
    Settings(home=Path(), values=real).refuse_samples()
    with pytest.raises(ConfigurationError, match=setting):
        Settings(home=Path(), values={**real, setting: value}).refuse_samples()
    Settings(home=Path(), values={**real, setting: value, "INVITES_SMTP_URL": "maildir:mail"}).refuse_samples()


def test_each_mail_carries_its_own_letter(ready: Office) -> None:
    ready.run("send", "jakarta", "--yes", "--expect", "3")
    for path in ready.mails():
        mail = message_from_bytes(path.read_bytes(), policy=policy.strict)
        (pdf, ics) = mail.iter_attachments()
        assert (pdf.get_content_type(), ics.get_filename()) == ("application/pdf", "invitation.ics")
        code = str(mail["To"]).partition("embassy-")[2][:2]
        assert pdf.get_filename() == f"undangan-jakarta-{code}-r1.pdf"


def test_an_answer_by_telephone_stands_in_the_table(ready: Office) -> None:
    said = ("reply", "jakarta", "JP", "representative", "--via", "phone", "--by", "Sari", "--ref", "N-12")
    assert ready.json(*said, "--name", "Contoh")["state"] == "represented"
    row = next(row for row in ready.json("status", "jakarta")["rows"] if row["code"] == "JP")
    assert row == {"code": "JP", "delivery": "queued", "reply": "represented", "delegates": 0, "channel": "phone"}
    told = ready.run("status", "jakarta").stdout.splitlines()[-1]
    assert told == "Invited 3 · letters sent 0 · accepted 0 · represented 1 · declined 0 · no reply yet 2 · seats 1"


def test_who_is_not_invited_cannot_be_answered_for(ready: Office) -> None:
    ended = ready.run("reply", "jakarta", "ZZ", "accept", "--via", "phone", "--by", "Sari")
    assert ended.returncode == 1
    assert "ZZ" in ended.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("INVITES_SMTP_URL", "smtp://user:hunter2secret@relay.example?tls=none"),
        ("INVITES_SMTP_URL", "ftp://user:hunter2secret@relay.example"),
        ("INVITES_MAIL_FROM", "nobody"),
        ("INVITES_BASE_URL", "http://kalsel.example"),
        ("INVITES_LINK_KEYS", "hunter2secret"),
        ("INVITES_DATABASE_URL", "mysql://user:hunter2secret@db/invites"),
        ("INVITES_LANG", "fr"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(ready: Office, setting: str, value: str) -> None:
    ended = ready.run("send", "jakarta", "--yes", "--expect", "3", **{setting: value})
    assert ended.returncode == 2, ended.stderr
    assert setting in ended.stderr
    assert "hunter2secret" not in ended.stdout + ended.stderr


def test_another_link_key_is_refused(ready: Office) -> None:
    ended = ready.run("status", "jakarta", INVITES_LINK_KEYS="x" * 44)
    assert ended.returncode == 2
    assert "INVITES_LINK_KEYS" in ended.stderr


def test_a_missing_database_is_named_and_not_made(ready: Office) -> None:
    (ready.home / "var/invites.db").unlink()
    assert ready.run("status", "jakarta").returncode == 74
    assert not (ready.home / "var/invites.db").exists()


@pytest.mark.parametrize(
    "verb",
    [
        *(
            "",
            "init",
            "validate",
            "preview",
            "approve",
            "send",
            "status",
            "reply",
            "serve",
            "user",
            "user add",
            "doctor",
        ),
        "demo",
    ],
)
def test_help_speaks_both_languages(verb: str, tmp_path: Path) -> None:
    said = {}
    for language in ("id", "en"):
        words = [str(COMMAND), *verb.split(), "--help"]
        ended = subprocess.run(
            words,
            cwd=tmp_path,
            env={**environment(), "INVITES_LANG": language},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0
        said[language] = ended.stdout
    assert "Pemakaian:" in said["id"]
    assert "Usage:" in said["en"]
    assert "Show this" not in said["id"]
    for typers_own in ("<str>", "<int", "<path", "<list", "OPTIONS", "COMMAND", "ARGS"):
        assert typers_own not in said["id"]
        assert typers_own in ("OPTIONS", "COMMAND") or typers_own not in said["en"]


@pytest.mark.parametrize("words", [("send",), ("approve", "jakarta"), ("status", "jakarta", "--jsn"), ("sned",)])
def test_a_mistyped_command_is_explained_in_the_language_of_the_office(office: Office, words: tuple[str, ...]) -> None:
    ended = office.run(*words, INVITES_LANG="id")
    assert ended.returncode == 2
    assert "Bantuan: invites" in ended.stderr
    assert "Missing" not in ended.stderr


def test_doctor_finds_nothing_wrong_in_a_fresh_workspace(office: Office) -> None:
    ended = office.run("doctor")
    assert ended.returncode == 0, ended.stdout
    assert not any(secret in ended.stdout for secret in secrets_of(office))


def test_doctor_counts_what_a_secretary_has_to_type(office: Office) -> None:
    said = {
        url: office.run("doctor", INVITES_BASE_URL=url)
        for url in ("https://u.kalsel.id", "https://undangan.kalsel.example")
    }
    assert [ended.returncode for ended in said.values()] == [0, 0]
    assert ["Links have" in ended.stdout for ended in said.values()] == [False, True]
    assert "Links have 56 characters" in said["https://undangan.kalsel.example"].stdout


def test_serve_starts_without_a_relay_and_leaves_at_ctrl_c(ready: Office) -> None:
    command = [str(COMMAND), "serve", "--port", "0"]
    served = subprocess.Popen(
        command,
        cwd=ready.home,
        env={**ready.environment, "INVITES_SMTP_URL": ""},
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(4)
    assert served.poll() is None
    served.send_signal(signal.SIGINT)
    _, said = served.communicate(timeout=20)
    assert served.returncode in (0, 130), said
    assert "INVITES_SMTP_URL" in said


@pytest.mark.parametrize(
    ("failed", "unknown", "deferred", "expected"), [(0, 0, 0, 0), (1, 0, 1, 4), (0, 1, 0, 4), (0, 0, 2, 75)]
)
def test_the_exit_code_tells_whether_a_person_or_time_is_needed(
    failed: int, unknown: int, deferred: int, expected: int
) -> None:
    assert exit_code({"failed": failed, "unknown": unknown, "deferred": deferred}) == expected


def test_serve_sends_the_confirmation_of_a_reply(ready: Office) -> None:
    ready.run("send", "jakarta", "--yes", "--expect", "3")
    text = message_from_bytes(ready.mails()[0].read_bytes(), policy=policy.default).get_body(("plain",))
    assert text is not None
    path = re.search(r"/r/[0-9a-z-]+", text.get_content())
    assert path is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(COMMAND), "serve", "--port", str(port)]
    served = subprocess.Popen(command, cwd=ready.home, env=ready.environment, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path[0]}", b"answer=decline&version=0").close()
                break
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        while len(ready.mails()) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(20)
