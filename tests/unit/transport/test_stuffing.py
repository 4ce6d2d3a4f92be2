"""The wire form of messages and envelopes."""

from __future__ import annotations

import pytest

from invites.model.message import Envelope
from invites.transport.stuffing import check_envelope, stuffed


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b"", b"\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"a\r\n\r\n", b"a\r\n\r\n"),
        (b".", b"..\r\n"),
        (b"a\r\n.b\r\n..\r\nc.\r\n", b"a\r\n..b\r\n...\r\nc.\r\n"),
        (b"x" * 998, b"x" * 998 + b"\r\n"),
    ],
)
def test_dots_at_the_head_of_a_line_are_doubled_and_one_crlf_ends_the_message(content: bytes, wire: bytes) -> None:
    assert stuffed(content) == wire


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a\nb\r\n", "CR or LF"),
        (b"a\rb\r\n", "CR or LF"),
        (b"a\r\n\n.\r\n", "CR or LF"),
        (b"a\n\rb\r\n", "CR or LF"),
        (b"a\r", "CR or LF"),
        (b"a\0b\r\n", "NUL"),
        (b"a\r\n" + b"x" * 999, "998"),
    ],
)
def test_what_relays_read_differently_is_no_message(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        stuffed(content)


@pytest.mark.parametrize(
    "sender", ["", "protokol@kalselprov.example", "o'brien+x=y@[192.0.2.1]", "大使@embassy.example"]
)
def test_ordinary_addresses_pass(sender: str) -> None:
    check_envelope(Envelope(mail_from=sender, rcpt_to=sender or "protocol@embassy.example"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "protocol",
        "@embassy.example",
        "protocol@",
        "a@b.example>",
        "<a@b.example",
        "a@b.example> SIZE=1",
        "a b@c.example",
        "a@b.example\r\nRCPT TO:<x@evil.example>",
        "a\u2028b@c.example",
        "a\u00a0b@c.example",
        "a\u3000b@c.example",
        "a\x85b@c.example",
        "a\0@c.example",
        "a\udcff@c.example",
        "x" * 250 + "@c.example",
    ],
)
def test_an_address_that_could_end_early_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="envelope address"):
        check_envelope(Envelope(mail_from="", rcpt_to=address))
    if address:
        with pytest.raises(ValueError, match="envelope address"):
            check_envelope(Envelope(mail_from=address, rcpt_to="a@b.example"))
