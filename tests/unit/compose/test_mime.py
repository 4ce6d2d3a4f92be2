"""The finished message as a strict stranger reads it, and the second look before it may be used."""

from __future__ import annotations

import re
from collections.abc import Sequence

import icalendar
import pytest

from invites.compose.mail import compose_confirmation_mail
from invites.compose.mime import (
    parse_back,
)
from invites.errors import MessageError
from invites.model.delivery import MessageKind
from invites.model.event import Event
from invites.model.message import Attachment, Envelope, Mail, Message

from .messages import (
    EMBASSY,
    HEADERS,
    OFFICE,
    PDF,
    SENDER,
    SIMPLE,
    addresses,
    build,
    calendar,
    identity,
    letter,
    part,
    read,
    unix,
)
from .missions import (
    ACCEPTANCE,
    CATALOGUES,
    EMBASSIES,
    EVERY,
    JAKARTA,
    MAILBOX,
    NAMES,
    TEMPLATES,
    URL,
    invitation,
    link,
    reply,
)


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_a_strict_reader_finds_exactly_the_letter_that_was_meant(mission: Event, code: str) -> None:
    mail, files, message = letter(mission, code)
    parsed = read(message)
    assert parsed.keys() == ["Date", *HEADERS]
    assert [each.defects for each in parsed.walk()] == [[]] * 6
    assert addresses(parsed, "From") == [(OFFICE, SENDER)]
    assert addresses(parsed, "To") == [("", EMBASSIES[code].email)]
    assert addresses(parsed, "Reply-To") == [("", MAILBOX)]
    assert parsed["Subject"] == mail.subject
    assert parsed["Content-Language"] == ", ".join(mail.languages)
    assert unix(part(parsed, "text/plain").get_content()) == mail.text
    assert unix(part(parsed, "text/html").get_content()).rstrip("\n") == unix(mail.html).rstrip("\n")
    assert part(parsed, "application/pdf").get_content() == PDF
    assert part(parsed, "application/ics").get_content() == files[1].content


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_the_bytes_cross_any_relay_unchanged(mission: Event, code: str) -> None:
    content = letter(mission, code)[2].content
    lines = content.split(b"\r\n")
    assert content.isascii()
    assert max(map(len, lines)) <= 78
    assert not re.search(rb"[\r\n\0]", b"".join(lines))
    assert content.endswith(b"\r\n")


def test_the_parts_stand_in_the_order_in_which_mail_programs_look_for_them() -> None:
    parsed = read(letter(JAKARTA, "JP")[2])
    assert [each.get_content_type() for each in parsed.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
        "application/ics",
    ]


def test_the_letters_calendar_entry_is_a_file_and_no_meeting() -> None:
    parsed = read(letter(JAKARTA, "JP")[2])
    assert "text/calendar" not in {each.get_content_type() for each in parsed.walk()}
    entry = part(parsed, "application/ics")
    assert (entry.get_content_disposition(), entry.get_filename()) == ("attachment", "invitation.ics")
    assert icalendar.Calendar.from_ical(entry.get_content())["method"] == "PUBLISH"


def test_the_letters_file_has_a_plain_name() -> None:
    pdf = part(read(letter(JAKARTA, "JP")[2]), "application/pdf")
    assert (pdf.get_content_disposition(), pdf.get_filename()) == ("attachment", "undangan-jakarta-jp-r1.pdf")


def test_a_cancelled_entry_travels_under_its_own_method() -> None:
    cancel = calendar(JAKARTA, "JP", "CANCEL")
    entry = part(read(build(kind=MessageKind.confirmation, calendar_request=cancel)), "text/calendar")
    assert (entry.get_param("method"), entry.get_payload(decode=True)) == ("CANCEL", cancel)


def test_an_entry_without_a_method_is_nothing_that_a_calendar_may_be_told() -> None:
    keep = calendar(JAKARTA, "JP", "PUBLISH").replace(b"METHOD:PUBLISH\r\n", b"")
    with pytest.raises(MessageError):
        build(kind=MessageKind.confirmation, calendar_request=keep)


@pytest.mark.parametrize("code", EMBASSIES)
def test_the_confirmation_carries_the_request_beside_its_text(code: str) -> None:
    mail = compose_confirmation_mail(
        JAKARTA,
        invitation(JAKARTA, code),
        link(JAKARTA, code),
        reply(JAKARTA, code, ACCEPTANCE),
        templates=TEMPLATES,
        catalogues=CATALOGUES,
    )
    request = calendar(JAKARTA, code, "REQUEST")
    parsed = read(build(mail, kind=MessageKind.confirmation, calendar_request=request))
    assert [each.get_content_type() for each in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    entry = part(parsed, "text/calendar")
    assert (entry.get_param("method"), entry.get_content_charset()) == ("REQUEST", "utf-8")
    assert entry.get_content_disposition() is None
    assert entry.get_payload(decode=True) == request
    assert icalendar.Calendar.from_ical(request)["method"] == "REQUEST"


@pytest.mark.parametrize("kind", MessageKind)
def test_only_the_confirmation_calls_itself_automatic(kind: MessageKind) -> None:
    said = read(build(kind=kind))["Auto-Submitted"]
    assert said == ("auto-generated" if kind is MessageKind.confirmation else "no")


def test_the_date_is_left_to_the_first_attempt() -> None:
    assert b"\r\nDate:" not in build().content
    assert read(build())["Date"].datetime.hour == 8


def test_the_same_letter_is_the_same_bytes_and_another_embassys_is_not() -> None:
    assert letter(JAKARTA, "JP")[2] == letter(JAKARTA, "JP")[2]
    boundaries = {re.search(rb'boundary="([^"]+)"', letter(JAKARTA, code)[2].content)[1] for code in EMBASSIES}  # type: ignore[index]
    assert len(boundaries) == 16


def test_the_link_is_in_the_mail_and_in_no_header() -> None:
    parsed = read(letter(JAKARTA, "JP")[2])
    assert URL in part(parsed, "text/plain").get_content()
    assert "7q3k9m" not in "".join(f"{name}{value}" for name, value in parsed.items())


def reread(content: bytes, mail: Mail = SIMPLE, files: Sequence[Attachment] = ()) -> None:
    message = Message(message_id=identity(), envelope=Envelope(mail_from=SENDER, rcpt_to=EMBASSY), content=content)
    parse_back(
        message,
        mail,
        kind=MessageKind.invitation,
        mail_from_display=OFFICE,
        reply_to=MAILBOX,
        attachments=files,
    )


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b"\r\nTo: ", b"\r\nBcc: all@evil.example\r\nTo: ", "To"),
        (b"To: protocol@", b"To: x@evil.example, protocol@", "To"),
        (b"Subject: Undangan", b"Subject: Undangan!", "Subject"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.0\r\nCc: all@evil.example", "structure"),
        (b"Auto-Submitted: no", b"Auto-Submitted: auto-replied", "Auto-Submitted"),
        (b"Content-Language: id, en", b"Content-Language: id", "Content-Language"),
        (b"Yth.", b"Yth!", "text/plain"),
        (b"text/html", b"text/enriched", "text/html"),
        (b'charset="utf-8"', b'charset="latin-1"', "text/plain"),
        (b"\r\n\r\nYth.", b"\r\n\r\nYth.\0", "lines"),
        (b"Yth.", b"Yth\xc3\xa9", "lines"),
        (b"\r\n\r\nYth.", b"\n\nYth.", "lines"),
        (b"Yth.", b"x" * 999, "lines"),
    ],
)
def test_a_message_that_says_anything_else_is_not_used(old: bytes, new: bytes, where: str) -> None:
    content = build().content
    reread(content)
    assert old in content
    with pytest.raises(MessageError) as caught:
        reread(content.replace(old, new, 1))
    assert caught.value.fields == {"part": where}


def test_a_message_that_was_cut_is_not_used() -> None:
    content = build().content
    with pytest.raises(MessageError):
        reread(content[: content.rindex(b"--=_")])
    with pytest.raises(MessageError):
        reread(content[:-1])


def test_a_message_that_lost_or_gained_a_file_is_not_used() -> None:
    file = Attachment(filename="a.pdf", content_type="application/pdf", content=b"x")
    with pytest.raises(MessageError):
        reread(build().content, files=[file])
    with pytest.raises(MessageError):
        reread(build(attachments=[file]).content)
    reread(build(attachments=[file]).content, files=[file])
