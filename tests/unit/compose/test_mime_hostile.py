"""No value makes a header, a recipient or a part of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invites.errors import MessageError
from invites.model.message import Attachment, Message

from .messages import (
    EMBASSY,
    HEADERS,
    SENDER,
    SIMPLE,
    addresses,
    build,
    part,
    read,
    unix,
)

INJECTIONS = [
    "x\r\nBcc: all@evil.example",
    "x\nBcc: all@evil.example",
    "x\rBcc: all@evil.example",
    "x\x00y",
    "x\x85Bcc: all@evil.example",
    "x\u2028Bcc: all@evil.example",
    "x\u2029y",
    "x\u202ey",
    "=?utf-8?q?x=0ABcc:_all=40evil.example?=",
    "=?us-ascii?b?Cg==?=",
    "\ud800",
    " x",
    "x ",
    " ",
]


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize(
    "place",
    [
        lambda value: build(replace(SIMPLE, subject=value)),
        lambda value: build(mail_from_display=value),
        lambda value: build(reply_to=value),
        lambda value: build(to=value),
        lambda value: build(sender=value),
        lambda value: build(message_id=value),
        lambda value: build(replace(SIMPLE, languages=("id", value))),
        lambda value: build(attachments=[Attachment(filename=value, content_type="application/pdf", content=b"x")]),
        lambda value: build(attachments=[Attachment(filename="a.pdf", content_type=value, content=b"x")]),
    ],
    ids=["subject", "name", "reply-to", "to", "sender", "message-id", "language", "filename", "type"],
)
def test_no_value_makes_a_header_of_its_own(place: Callable[[str], Message], value: str) -> None:
    with pytest.raises(MessageError):
        place(value)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a@b.example, c@d.example",
        "a@b.example; c@d.example",
        "Embassy <a@b.example>",
        "a@b.example>\r\nRCPT TO:<x@evil.example",
        "<a@b.example>",
        "a b@c.example",
        '"a b"@c.example',
        "a@b@c.example",
        "a..b@c.example",
        ".a@c.example",
        "a@-c.example",
        "a@c..example",
        "prоtocol@embassy.example",
        "a@[127.0.0.1]",
        "a@" + "b" * 250 + ".example",
        "group: a@b.example;",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail(to: str) -> None:
    with pytest.raises(MessageError):
        build(to=to)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.pdf", "a\\b.pdf", 'a".pdf', "a%0a.pdf", "a;b.pdf", ""])
def test_a_file_name_is_no_path_and_no_parameter(name: str) -> None:
    with pytest.raises(MessageError):
        build(attachments=[Attachment(filename=name, content_type="application/pdf", content=b"x")])


def test_a_file_name_that_is_not_ascii_is_read_as_it_was() -> None:
    file = Attachment(filename="undangan-ジャカルタ.pdf", content_type="application/pdf", content=b"x")
    message = build(attachments=[file])
    assert b"filename*=utf-8''undangan-%E3" in message.content
    assert part(read(message), "application/pdf").get_filename() == "undangan-ジャカルタ.pdf"


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x85", "\r"])
@pytest.mark.parametrize("field", ["text", "html"])
def test_a_control_character_in_a_text_makes_no_mail(field: str, control: str) -> None:
    with pytest.raises(MessageError) as caught:
        build(replace(SIMPLE, **{field: f"a{control}b"}))  # type: ignore[arg-type]
    assert caught.value.key == "message_text"


def test_an_error_says_where_and_never_what() -> None:
    with pytest.raises(MessageError) as caught:
        build(replace(SIMPLE, subject="secret\r\nBcc: x@evil.example"))
    assert caught.value.fields == {"header": "Subject"}


def written_again(message: Message) -> EmailMessage:
    """As a relay or a mailing tool in Python would pass it on."""
    return message_from_bytes(read(message).as_bytes(policy=policy.SMTP), policy=policy.default)


@settings(deadline=None)
@given(subject=st.text(max_size=200))
def test_any_subject_is_refused_or_read_as_it_is_even_when_written_again(subject: str) -> None:
    try:
        message = build(replace(SIMPLE, subject=subject))
    except MessageError:
        return
    for parsed in (read(message), written_again(message)):
        assert parsed["Subject"] == subject
        assert parsed.keys() == ["Date", *HEADERS]
        assert addresses(parsed, "To") == [("", EMBASSY)]


@settings(deadline=None)
@given(name=st.text(max_size=120))
def test_any_name_is_refused_or_read_as_it_is_even_when_written_again(name: str) -> None:
    try:
        message = build(mail_from_display=name)
    except MessageError:
        return
    assert addresses(read(message), "From") == [(name, SENDER)]
    assert [where for _, where in addresses(written_again(message), "From")] == [SENDER]
    assert written_again(message).keys() == ["Date", *HEADERS]


@settings(deadline=None)
@given(address=st.text(max_size=80) | st.from_regex(r"[ -~]{1,20}@[ -~]{1,20}", fullmatch=True))
def test_any_address_is_refused_or_is_the_one_recipient(address: str) -> None:
    try:
        message = build(to=address)
    except MessageError:
        return
    assert addresses(read(message), "To") == [("", address)]


@settings(deadline=None)
@given(name=st.text(max_size=60))
def test_any_file_name_is_refused_or_read_as_it_is(name: str) -> None:
    try:
        message = build(attachments=[Attachment(filename=name, content_type="application/pdf", content=b"x")])
    except MessageError:
        return
    assert part(read(message), "application/pdf").get_filename() == name


@settings(deadline=None)
@given(
    text=st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t .=-"), max_size=600)
)
def test_any_text_is_read_as_it_is(text: str) -> None:
    parsed = read(build(replace(SIMPLE, text=text, html=text)))
    for content_type in ("text/plain", "text/html"):
        assert unix(part(parsed, content_type).get_content()).rstrip("\n") == text.rstrip("\n")


@settings(deadline=None)
@given(content=st.binary(max_size=400))
def test_any_file_is_read_as_it_is(content: bytes) -> None:
    parsed = read(build(attachments=[Attachment(filename="a.pdf", content_type="application/pdf", content=content)]))
    assert part(parsed, "application/pdf").get_content() == content


@pytest.mark.parametrize(
    ("field", "text"), [("text", "--{}--\n"), ("text", "x\n--{}\nBcc: a@evil.example\n\n"), ("html", "\r\n--{}\r\n")]
)
def test_a_text_can_not_end_its_own_part(field: str, text: str) -> None:
    boundary = re.search(rb'boundary="([^"]+)"', build().content)[1].decode()  # type: ignore[index]
    hostile = text.format(boundary)
    parsed = read(build(replace(SIMPLE, **{field: hostile})))  # type: ignore[arg-type]
    assert len(list(parsed.walk())) == 3
    content_type = "text/plain" if field == "text" else "text/html"
    assert unix(part(parsed, content_type).get_content()).strip("\n") == unix(hostile).strip("\n")
