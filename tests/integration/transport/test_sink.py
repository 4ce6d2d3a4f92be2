"""The embedded sink: what it acknowledged is on the disk and in its ledger, and nobody else can reach it."""

from __future__ import annotations

import asyncio
import smtplib
import socket
from hashlib import sha256
from pathlib import Path

import pytest

from invites.model.delivery import Moment
from invites.model.message import Envelope
from invites.rehearsal.sink import Sink, read_ledger
from invites.transport.smtp import SmtpTransport
from tests.integration.transport.letter import CONTENT, ENVELOPE, Claim


async def deliver(port: int, granted: bool = True) -> Moment:
    async with SmtpTransport("127.0.0.1", port, tls="none", rehearsal=True).session() as session:
        return (await session.deliver(ENVELOPE, CONTENT, Claim(granted))).moment


async def test_a_message_is_kept_with_its_envelope_and_digest(tmp_path: Path) -> None:
    with Sink(tmp_path / "mail") as sink:
        assert await deliver(sink.port) is Moment.taken
    (kept,) = read_ledger(tmp_path / "mail" / "ledger.jsonl")
    assert (kept.mail_from, kept.rcpt_to) == (ENVELOPE.mail_from, (ENVELOPE.rcpt_to,))
    assert kept.message_id == "<jakarta.jp.1@kalselprov.example>"
    assert kept.sha256 == sha256(CONTENT).hexdigest()
    assert sink.content(kept) == CONTENT
    assert kept.at.endswith("+00:00")
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


async def test_a_message_without_its_dot_is_not_kept(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        assert await deliver(sink.port, granted=False) is Moment.not_claimed
        assert await deliver(sink.port) is Moment.taken
    assert len(sink.kept()) == 1
    assert len(list((tmp_path / "new").iterdir())) == 1


async def test_the_sink_offers_pipelining_and_keeps_every_message_of_four_conversations(tmp_path: Path) -> None:
    async def conversation(port: int, number: int) -> None:
        async with SmtpTransport("127.0.0.1", port, tls="none", rehearsal=True).session() as session:
            for at in range(8):
                envelope = Envelope(mail_from="", rcpt_to=f"m{number}-{at}@embassy.example")
                assert (await session.deliver(envelope, CONTENT, Claim())).moment is Moment.taken

    with Sink(tmp_path) as sink:
        await asyncio.gather(*(conversation(sink.port, number) for number in range(4)))
        with smtplib.SMTP("127.0.0.1", sink.port) as other:
            other.ehlo()
            assert other.has_extn("pipelining")
    expected = {f"m{number}-{at}@embassy.example" for number in range(4) for at in range(8)}
    assert {kept.rcpt_to[0] for kept in sink.kept()} == expected
    assert len(sink.kept()) == 32


async def test_a_stopped_sink_is_away_and_comes_back_with_what_it_had(tmp_path: Path) -> None:
    sink = Sink(tmp_path)
    sink.start()
    port = sink.port
    await deliver(port)
    sink.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with sink:
        assert sink.port == port
        await deliver(port)
    assert len(sink.kept()) == 2


async def test_stopping_the_sink_cuts_open_conversations(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        async with SmtpTransport("127.0.0.1", sink.port, tls="none").session() as session:
            sink.stop()
            outcome = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert outcome.moment is Moment.lost_before_dot
    assert sink.kept() == ()


async def test_a_message_that_cannot_be_kept_is_refused_for_now(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        (tmp_path / "new").rmdir()
        assert await deliver(sink.port) is Moment.refused_for_now
        (tmp_path / "new").mkdir()
        assert await deliver(sink.port) is Moment.taken
    assert len(sink.kept()) == 1


def test_a_message_with_odd_octets_in_its_head_is_kept_and_counted(tmp_path: Path) -> None:
    odd = "Message-ID: <a\u2028b@kalselprov.example>\r\n".encode() + b"Subject: \xff\r\n\r\n"
    with Sink(tmp_path) as sink, smtplib.SMTP("127.0.0.1", sink.port) as other:
        other.sendmail("", "protocol@embassy.example", odd)
        other.sendmail("", "protocol@embassy.example", odd)
    assert [sink.content(kept) for kept in sink.kept()] == [odd, odd]


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - it must be refused  # noqa: S104 - it must be refused
def test_the_sink_listens_on_loopback_only(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        Sink(tmp_path, host=address)


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with Sink(tmp_path / "one") as one, pytest.raises(OSError, match="in use"):
        Sink(tmp_path / "two", port=one.port).start()


def test_its_address_is_a_setting(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        assert sink.url == f"smtp://127.0.0.1:{sink.port}?tls=none"
        assert sink.port > 0
