"""What goes over the wire and in which order: the dot waits for the claim, the rest does not."""

from __future__ import annotations

import asyncio

import pytest

from invites.model.delivery import Moment
from invites.model.message import Envelope
from tests.integration.transport.letter import CONTENT, ENVELOPE, Claim, attempt, to
from tests.integration.transport.relay import ESMTP, BendableRelay, says


async def test_the_body_leaves_while_the_claim_runs_and_the_dot_waits_for_it() -> None:
    long = CONTENT + (b"x" * 76 + b"\r\n") * 20_000
    async with BendableRelay() as relay:

        async def claim() -> bool:
            await relay.body_of(len(long))
            await asyncio.sleep(0.05)
            assert relay.heard.dots == 0
            return True

        outcome, _ = await attempt(relay, claim, content=long)
    assert outcome.moment is Moment.taken
    assert relay.heard.dots == 1


async def test_the_claim_is_asked_only_after_the_relay_waits_for_the_body() -> None:
    async with BendableRelay(data=says(b"354-", b"go", b" on\r\n", b"354 \r\n")) as relay:

        async def claim() -> bool:
            assert relay.heard.verbs[-1] == "DATA"
            return True

        async with to(relay).session() as session:
            assert (await session.deliver(ENVELOPE, CONTENT, claim)).moment is Moment.taken


async def test_a_relay_with_pipelining_gets_the_envelope_in_one_group() -> None:
    async with BendableRelay() as relay, to(relay).session() as session:
        await session.deliver(ENVELOPE, CONTENT, Claim())
    assert [command.split(" ")[0] for command in relay.heard.piled] == ["MAIL", "RCPT"]


async def test_a_relay_without_pipelining_gets_one_command_at_a_time() -> None:
    async with BendableRelay(offers=("8BITMIME",)) as relay, to(relay).session() as session:
        assert (await session.deliver(ENVELOPE, CONTENT, Claim())).moment is Moment.taken
    assert relay.heard.piled == []


async def test_answers_torn_into_single_octets_are_understood() -> None:
    def torn(answer: bytes) -> tuple[bytes, ...]:
        return tuple(answer[at : at + 1] for at in range(len(answer)))

    async with BendableRelay(
        greeting=says(*torn(b"220-relay.example\r\n220 ESMTP\r\n")),
        mail=says(*torn(b"250-2.1.0 sender\r\n250 fine\r\n")),
        data=says(*torn(b"354 go on\r\n")),
        dot=says(*torn(b"250-2.0.0 queued\r\n250 2.0.0 as 4XyZ\r\n")),
    ) as relay:
        outcome, _ = await attempt(relay, Claim())
    assert (outcome.moment, outcome.reply_text) == (Moment.taken, "2.0.0 queued\n2.0.0 as 4XyZ")


async def test_a_whole_group_answered_in_one_segment_is_understood() -> None:
    everything = b"250 2.1.0 sender\r\n250 2.1.5 recipient\r\n354 go on\r\n"
    async with (
        BendableRelay(mail=says(), rcpt=says(), data=says(everything)) as relay,
        to(relay).session() as session,
    ):
        assert (await session.deliver(ENVELOPE, CONTENT, Claim())).moment is Moment.taken
    assert relay.heard.bodies == [CONTENT.replace(b"\r\n.", b"\r\n..")]


async def test_the_server_s_words_are_kept_short_and_without_control_sequences() -> None:
    async with BendableRelay(rcpt=says(b"550 5.1.1 \x1b[31mmaaf\x07 caf\xe9 " + b"x" * 2_000 + b"\r\n")) as relay:
        outcome, _ = await attempt(relay, Claim())
    assert outcome.reply_text.startswith("5.1.1 \ufffd[31mmaaf\ufffd caf\xe9 xxx")
    assert len(outcome.reply_text) == 500


async def test_sixteen_messages_share_one_conversation() -> None:
    async with BendableRelay() as relay, to(relay).session() as session:
        for number in range(16):
            claim = Claim()
            envelope = Envelope(mail_from="", rcpt_to=f"mission{number}@embassy.example")
            assert (await session.deliver(envelope, CONTENT, claim)).moment is Moment.taken
            assert claim.asked == 1
    assert relay.heard.connections == 1
    assert relay.heard.verbs == ["EHLO", *["MAIL", "RCPT", "DATA"] * 16, "QUIT"]
    assert relay.heard.commands[1] == "MAIL FROM:<>"
    assert [command for command in relay.heard.commands if "RCPT" in command] == [
        f"RCPT TO:<mission{number}@embassy.example>" for number in range(16)
    ]


async def test_dots_are_doubled_on_the_wire_and_one_crlf_stands_before_the_last() -> None:
    async with BendableRelay() as relay, to(relay).session() as session:
        await session.deliver(ENVELOPE, b".\r\n..\r\na.\r\n.end", Claim())
    assert relay.heard.bodies == [b"..\r\n...\r\na.\r\n..end\r\n"]


async def test_only_what_a_message_needs_is_asked_of_the_relay() -> None:
    eight_bit = CONTENT + "Kedutaan – 大使館\r\n".encode()
    spoken = Envelope(mail_from=ENVELOPE.mail_from, rcpt_to="大使@embassy.example")
    async with BendableRelay(offers=(*ESMTP, "SIZE 1000000")) as relay, to(relay).session() as session:
        for where, what in ((ENVELOPE, CONTENT), (ENVELOPE, eight_bit), (spoken, CONTENT)):
            assert (await session.deliver(where, what, Claim())).moment is Moment.taken
    sender = f"MAIL FROM:<{ENVELOPE.mail_from}>"
    assert [command for command in relay.heard.commands if command.startswith("MAIL")] == [
        f"{sender} SIZE={len(CONTENT)}",
        f"{sender} SIZE={len(eight_bit)} BODY=8BITMIME",
        f"{sender} SIZE={len(CONTENT)} SMTPUTF8",
    ]
    assert "RCPT TO:<大使@embassy.example>" in relay.heard.commands


@pytest.mark.parametrize(
    ("offers", "rcpt_to", "extra", "words"),
    [
        (("SIZE 100",), "a@embassy.example", b"", "the relay takes 100"),
        (("8BITMIME",), "大使@embassy.example", b"", "SMTPUTF8"),
        (("SMTPUTF8",), "a@embassy.example", "–\r\n".encode(), "8BITMIME"),
    ],
    ids=["size", "utf8-address", "8-bit-body"],
)
async def test_what_the_relay_cannot_carry_is_refused_without_asking_it(
    offers: tuple[str, ...], rcpt_to: str, extra: bytes, words: str
) -> None:
    claim = Claim()
    async with BendableRelay(offers=offers) as relay, to(relay).session() as session:
        envelope = Envelope(mail_from=ENVELOPE.mail_from, rcpt_to=rcpt_to)
        outcome = await session.deliver(envelope, CONTENT + extra, claim)
        assert session.usable
    assert (outcome.moment, outcome.phase, outcome.reply_code) == (Moment.refused, "mail", None)
    assert words in outcome.reply_text
    assert claim.asked == 0
    assert relay.heard.verbs == ["EHLO", "QUIT"]


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE none", "SIZE ٣", f"SIZE {'9' * 5000}"])
async def test_a_relay_that_names_no_usable_size_limit_has_none(size: str) -> None:
    async with BendableRelay(offers=(size,)) as relay, to(relay).session() as session:
        assert (await session.deliver(ENVELOPE, CONTENT, Claim())).moment is Moment.taken


@pytest.mark.parametrize("bare", [b"a\nb\r\n", b"a\rb\r\n", b"\n.\r\n", b"a\0\r\n", b"x" * 999 + b"\r\n"])
async def test_an_unfit_message_is_the_program_s_error_and_touches_no_socket(bare: bytes) -> None:
    claim = Claim()
    async with BendableRelay() as relay, to(relay).session() as session:
        with pytest.raises(ValueError, match="the message holds"):
            await session.deliver(ENVELOPE, CONTENT + bare, claim)
        assert session.usable
        assert (await session.deliver(ENVELOPE, CONTENT, claim)).moment is Moment.taken
    assert relay.heard.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    assert claim.asked == 1


async def test_an_address_with_a_command_in_it_touches_no_socket() -> None:
    smuggled = Envelope(mail_from="a@b.example", rcpt_to="a@b.example>\r\nRCPT TO:<x@evil.example")
    async with BendableRelay() as relay, to(relay).session() as session:
        with pytest.raises(ValueError, match="envelope address"):
            await session.deliver(smuggled, CONTENT, Claim())
    assert relay.heard.verbs == ["EHLO", "QUIT"]


async def test_an_error_of_the_caller_closes_the_line_without_quit() -> None:
    async with BendableRelay() as relay:
        with pytest.raises(LookupError):
            async with to(relay).session():
                raise LookupError
    assert relay.heard.verbs == ["EHLO"]


async def test_a_worker_stopped_while_it_says_goodbye_leaves_no_socket_open() -> None:
    async with BendableRelay(quit=says(then="silence")) as relay:

        async def visit() -> None:
            async with to(relay).session():
                pass

        worker = asyncio.create_task(visit())
        async with asyncio.timeout(10):
            while "QUIT" not in relay.heard.verbs:  # noqa: ASYNC110 - the relay has no event for it
                await asyncio.sleep(0.002)
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await worker


async def test_a_relay_that_does_not_say_goodbye_is_left_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invites.transport.conversation._PARTING", 0.05)
    async with BendableRelay(quit=says(then="silence")) as relay, to(relay).session() as session:
        assert (await session.deliver(ENVELOPE, CONTENT, Claim())).moment is Moment.taken
    assert relay.heard.verbs[-1] == "QUIT"
