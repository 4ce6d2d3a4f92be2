"""The rehearsal Maildir: what is claimed lies whole in new/, what is not claimed leaves no trace."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from invites.errors import DeliveryError, StoreError
from invites.model.delivery import Moment, Outcome
from invites.model.message import Envelope
from invites.ports import Claim as AnyClaim
from invites.transport.maildir import MaildirTransport
from tests.integration.transport.letter import CONTENT, ENVELOPE, Claim


def files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file())


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[[AnyClaim], Outcome]:
    def run(claim: AnyClaim) -> Outcome:
        async def one() -> Outcome:
            async with MaildirTransport(tmp_path / "mail").session() as session:
                outcome = await session.deliver(ENVELOPE, CONTENT, claim)
                assert session.usable
                return outcome

        return asyncio.run(one())

    return run


def test_a_message_lies_in_new_with_its_envelope_on_top(tmp_path: Path, deliver: Callable[[AnyClaim], Outcome]) -> None:
    outcome = deliver(Claim())
    (file,) = files(tmp_path)
    assert (outcome.moment, outcome.reply_text) == (Moment.taken, file.name)
    assert file.parent == tmp_path / "mail" / "new"
    trace = b"Return-Path: <protokol@kalselprov.example>\r\nDelivered-To: protocol@embassy.example\r\n"
    assert file.read_bytes() == trace + CONTENT
    assert file.stat().st_mode & 0o077 == 0


def test_the_message_is_on_the_disk_before_the_claim_and_in_new_only_after_it(
    tmp_path: Path, deliver: Callable[[AnyClaim], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (steps.append("fsync"), sync(descriptor))[1])

    async def claim() -> bool:
        (file,) = files(tmp_path)
        assert file.parent.name == "tmp"
        steps.append("claim")
        return True

    deliver(claim)
    assert steps == ["fsync", "claim", "fsync"]


def test_what_is_not_claimed_leaves_no_trace(tmp_path: Path, deliver: Callable[[AnyClaim], Outcome]) -> None:
    claim = Claim(granted=False)
    assert deliver(claim).moment is Moment.not_claimed
    assert claim.asked == 1
    assert files(tmp_path) == []


def test_a_claim_that_fails_leaves_no_trace_and_is_heard_of(
    tmp_path: Path, deliver: Callable[[AnyClaim], Outcome]
) -> None:
    async def broken() -> bool:
        raise StoreError("disk_full")

    with pytest.raises(StoreError):
        deliver(broken)
    assert files(tmp_path) == []


def test_a_full_disk_is_the_relay_s_matter(
    tmp_path: Path, deliver: Callable[[AnyClaim], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    claim = Claim()
    assert deliver(claim).moment is Moment.relay_unavailable
    assert claim.asked == 0
    assert files(tmp_path) == []


def test_a_rename_that_may_not_have_lasted_is_unknown(
    tmp_path: Path, deliver: Callable[[AnyClaim], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def claim() -> bool:
        def broken(descriptor: int) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", broken)
        return True

    assert deliver(claim).moment is Moment.lost_after_dot


async def test_a_path_that_is_no_folder_can_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("")
    with pytest.raises(DeliveryError) as caught:
        async with MaildirTransport(tmp_path / "mail").session():
            pytest.fail("this path must not be used")
    assert caught.value.key == "relay_connect"


async def test_it_refuses_what_the_wire_would_refuse(tmp_path: Path) -> None:
    async with MaildirTransport(tmp_path).session() as session:
        with pytest.raises(ValueError, match="the message holds"):
            await session.deliver(ENVELOPE, b"a\nb\r\n", Claim())
        with pytest.raises(ValueError, match="envelope address"):
            await session.deliver(Envelope(mail_from="", rcpt_to="a@b.example\r\nX: y"), b"a\r\n", Claim())
    assert files(tmp_path) == []


def test_it_is_never_live(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)
    assert not transport.live
    assert transport.name == f"maildir:{tmp_path}"
