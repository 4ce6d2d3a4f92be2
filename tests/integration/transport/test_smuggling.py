"""Whatever a message holds, a real server takes out of it exactly what went in, once; and whatever a relay says,
nothing is called sent but a 2xx to the dot."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from invites.model.delivery import Moment, Outcome
from invites.rehearsal.sink import Sink
from invites.transport.smtp import SmtpTransport
from tests.integration.transport.letter import ENVELOPE, Claim
from tests.integration.transport.relay import BendableRelay, says

LINES = st.lists(
    st.one_of(
        st.sampled_from([b".", b"..", b". ", b".a", b"", b"QUIT", b"DATA", b"MAIL FROM:<x@evil.example>", b"x" * 998]),
        st.binary(max_size=60).map(lambda octets: octets.translate(None, b"\r\n\0")),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with Sink(tmp_path_factory.mktemp("sink")) as running:
        yield running


def send(port: int, content: bytes) -> Outcome:
    async def deliver() -> Outcome:
        async with SmtpTransport("127.0.0.1", port, tls="none", rehearsal=True).session() as session:
            return await session.deliver(ENVELOPE, content, Claim())

    return asyncio.run(deliver())


@given(LINES)
@example([b"."])
@example([b"", b".", b""])
@example([b".", b".", b"MAIL FROM:<x@evil.example>"])
@example([b"x" * 998, b"." * 998])
@settings(max_examples=150, deadline=None)
def test_every_fit_message_comes_out_of_a_real_server_octet_for_octet(sink: Sink, lines: list[bytes]) -> None:
    content = b"Subject: Undangan\r\n\r\n" + b"".join(line + b"\r\n" for line in lines)
    before = len(sink.kept())
    # The head is ASCII; a body that is not goes as 8BITMIME.
    assert send(sink.port, content).moment is Moment.taken
    kept = sink.kept()
    assert len(kept) == before + 1
    assert sink.content(kept[-1]) == content


@given(st.sampled_from([b"\n", b"\r", b"\0", b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\r\n", b"\n\n.\r\n"]), LINES, LINES)
@settings(max_examples=60, deadline=None)
def test_no_message_with_a_bare_line_end_reaches_a_server(
    sink: Sink, bare: bytes, above: list[bytes], below: list[bytes]
) -> None:
    head, tail = (b"".join(line + b"\r\n" for line in lines) for lines in (above, below))
    before = len(sink.kept())
    with pytest.raises(ValueError, match="the message holds"):
        send(sink.port, head + b"a" + bare + b"b\r\n" + tail)
    assert len(sink.kept()) == before


@given(
    st.one_of(
        st.binary(max_size=80),
        st.lists(
            st.sampled_from(
                [b"2", b"5", b"50", b"250", b"451", b"550", b"354", b"100", b"-", b" ", b"ok", b"\r\n", b"\n"]
            ),
            max_size=12,
        ).map(b"".join),
    )
)
@example(b"250\n")
@example(b"250-a\r\n450 b\r\n")
@example(b"2500 ok\r\n")
@settings(max_examples=150, deadline=None)
def test_whatever_the_relay_says_to_the_dot_only_a_whole_2xx_is_sent(said: bytes) -> None:
    async def deliver() -> Outcome:
        async with BendableRelay(dot=says(said, then="close")) as relay:
            way = SmtpTransport("127.0.0.1", relay.port, tls="none", timeout=5, dot_timeout=5)
            async with way.session() as session:
                return await session.deliver(ENVELOPE, b"Subject: Undangan\r\n\r\n", Claim())

    expected = Moment.lost_after_dot
    if whole := re.match(rb"(?:([1-5])\d\d-[^\n]*\n(?=\1))*([1-5])(\d\d)(?: [^\n]*)?\r?\n", said):
        digit, rest = whole[2], whole[3]
        expected = {b"2": Moment.taken, b"4": Moment.refused_for_now, b"5": Moment.refused}.get(digit, expected)
        if digit + rest == b"421":
            expected = Moment.relay_unavailable
    assert asyncio.run(deliver()).moment is expected
