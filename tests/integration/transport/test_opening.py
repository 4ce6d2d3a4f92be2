"""Opening a conversation: no secret and no letter leaves before the relay has proved who it is."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import traceback
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from invites.errors import DeliveryError
from invites.model.delivery import Moment
from invites.transport.smtp import SmtpTransport, Tls
from tests.integration.transport.letter import CONTENT, ENVELOPE, Claim
from tests.integration.transport.relay import CLOSES, ESMTP, KEEPS_SILENT, BendableRelay, Does, says

PASSWORD = "kata-sandi-rahasia-42"
OFFERS = (*ESMTP, "AUTH PLAIN LOGIN")
_KIND = {"starttls": "upgrade", "tls": "tls"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What a client of this authority trusts."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def certified(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def transport(port: int, tls: Tls = "none", context: ssl.SSLContext | None = None, **more: Any) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", port, tls=tls, context=context, **{"timeout": 10, **more})


def patience_for(answer: Does) -> float:
    return 1 if answer is KEEPS_SILENT else 10


async def refusal(relay: SmtpTransport) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        async with relay.session():
            pytest.fail("this relay must not be used")
    assert caught.value.fields["relay"] == relay.name
    return caught.value


@pytest.mark.parametrize(
    ("greeting", "key", "words"),
    [
        (says(b"554 5.3.2 not to you\r\n"), "relay_greeting", "554 5.3.2 not to you"),
        (says(b"421 4.3.2 too busy\r\n", then="close"), "relay_greeting", "421 4.3.2 too busy"),
        (says(b"HTTP/1.1 400 what?\r\n"), "relay_greeting", "HTTP/1.1"),
        (CLOSES, "relay_connect", "Unexpected EOF"),
        (KEEPS_SILENT, "relay_connect", "Timed out"),
    ],
    ids=["554", "421", "not-smtp", "cut", "silent"],
)
async def test_a_relay_that_does_not_greet_us_can_not_be_used(greeting: Does, key: str, words: str) -> None:
    async with BendableRelay(greeting=greeting) as relay:
        error = await refusal(transport(relay.port, timeout=patience_for(greeting)))
    assert error.key == key
    assert words in error.fields["reason"]
    assert relay.heard.commands == []


@pytest.mark.parametrize("ehlo", [says(b"502 5.5.1 what?\r\n"), says(b"421 bye\r\n", then="close"), CLOSES])
async def test_a_relay_without_ehlo_can_not_be_used(ehlo: Does) -> None:
    async with BendableRelay(ehlo=ehlo) as relay:
        error = await refusal(transport(relay.port))
    assert error.key == "relay_greeting"


async def test_a_port_where_nobody_listens_can_not_be_used() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = await refusal(transport(closed.getsockname()[1]))
    assert error.key == "relay_connect"


async def test_a_name_that_does_not_exist_can_not_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    error = await refusal(SmtpTransport("relay.invalid", 587, tls="starttls", timeout=5))
    assert error.key == "relay_connect"


async def test_a_name_that_is_none_can_not_be_used() -> None:
    error = await refusal(SmtpTransport(f"{'x' * 70}.example", 587, tls="starttls", timeout=5))
    assert error.key == "relay_connect"


async def test_we_say_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BendableRelay() as relay:
        monkeypatch.setattr(socket, "gethostname", lambda: "pc-protokol")
        async with transport(relay.port).session():
            pass
        monkeypatch.setattr(socket, "gethostname", lambda: "mail.kalselprov.example")
        async with transport(relay.port).session():
            pass
        async with transport(relay.port, ehlo_name="undangan.kalselprov.example").session():
            pass
    greetings = [command for command in relay.heard.commands if command.startswith("EHLO")]
    assert greetings == ["EHLO [127.0.0.1]", "EHLO mail.kalselprov.example", "EHLO undangan.kalselprov.example"]


async def test_a_relay_robbed_of_starttls_hears_no_password_and_no_letter(trusting: ssl.SSLContext) -> None:
    async with BendableRelay(offers=OFFERS) as relay:
        error = await refusal(transport(relay.port, "starttls", trusting, username="protokol", password=PASSWORD))
    assert error.key == "relay_tls"
    assert set(relay.heard.verbs) == {"EHLO"}


@pytest.mark.parametrize("answer", [says(b"454 4.7.0 not now\r\n"), says(b"220-", then="close"), CLOSES, KEEPS_SILENT])
async def test_a_relay_that_does_not_keep_its_word_about_starttls_hears_nothing_more(
    authority: trustme.CA, trusting: ssl.SSLContext, answer: Does
) -> None:
    async with BendableRelay(offers=OFFERS, upgrade=certified(authority), starttls=answer) as relay:
        error = await refusal(
            transport(
                relay.port, "starttls", trusting, username="protokol", password=PASSWORD, timeout=patience_for(answer)
            )
        )
    assert error.key == "relay_tls"
    assert relay.heard.verbs == ["EHLO", "STARTTLS"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["wrong-name", "unknown-authority"])
async def test_a_relay_with_a_wrong_certificate_hears_no_password(
    authority: trustme.CA, trusting: ssl.SSLContext, tls: Tls, fault: str
) -> None:
    server = certified(authority, "other.example") if fault == "wrong-name" else certified(trustme.CA())
    async with BendableRelay(offers=OFFERS, **{_KIND[tls]: server}) as relay:
        error = await refusal(transport(relay.port, tls, trusting, username="protokol", password=PASSWORD))
    assert error.key == "relay_tls"
    assert "certificate verify failed" in error.fields["reason"]
    assert "AUTH" not in relay.heard.verbs
    assert "MAIL" not in relay.heard.verbs


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_over_tls_a_letter_is_taken(authority: trustme.CA, trusting: ssl.SSLContext, tls: Tls) -> None:
    secured = {_KIND[tls]: certified(authority)}
    long = CONTENT + (b"x" * 76 + b"\r\n") * 20_000
    async with BendableRelay(offers=OFFERS, **secured) as relay:
        way = transport(relay.port, tls, trusting, username="protokol", password=PASSWORD)
        async with way.session() as session:
            outcome = await session.deliver(ENVELOPE, long, Claim())
    assert outcome.moment is Moment.taken
    assert relay.heard.dots == 1
    assert relay.heard.verbs[-5:] == ["AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_over_tls_what_may_not_go_ends_without_a_dot(
    authority: trustme.CA, trusting: ssl.SSLContext, tls: Tls
) -> None:
    secured = {_KIND[tls]: certified(authority)}
    async with BendableRelay(**secured) as relay, transport(relay.port, tls, trusting).session() as session:
        outcome = await session.deliver(ENVELOPE, CONTENT, Claim(granted=False))
    assert outcome.moment is Moment.not_claimed
    assert relay.heard.dots == 0


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_over_tls_a_relay_that_stops_reading_gets_no_late_dot(
    authority: trustme.CA, trusting: ssl.SSLContext, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invites.transport.conversation._DOT_AFTER_CLAIM", 0.1)
    big = CONTENT + (b"x" * 76 + b"\r\n") * 300_000
    secured = {_KIND[tls]: certified(authority)}
    async with (
        BendableRelay(body=KEEPS_SILENT, **secured) as relay,
        transport(relay.port, tls, trusting).session() as session,
    ):
        outcome = await session.deliver(ENVELOPE, big, Claim())
    assert (outcome.moment, outcome.phase) == (Moment.lost_before_dot, "body")
    assert relay.heard.dots == 0


async def test_what_was_slipped_in_behind_starttls_is_not_believed(
    authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    slipped_in = b"250-relay.example\r\n250-AUTH PLAIN\r\n250 SIZE 1\r\n250 2.1.0 sender fine\r\n"
    async with (
        BendableRelay(offers=("PIPELINING",), upgrade=certified(authority), inject=slipped_in) as relay,
        transport(relay.port, "starttls", trusting).session() as session,
    ):
        outcome = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert outcome.moment is Moment.taken
    assert outcome.reply_text == "2.0.0 queued as 4XyZ"
    assert relay.heard.verbs == ["EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_what_was_offered_in_clear_does_not_count_over_tls(
    authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    in_clear = says(b"250-relay.example\r\n250-PIPELINING\r\n250-SIZE 1\r\n250 STARTTLS\r\n")
    async with (
        BendableRelay(offers=("8BITMIME",), upgrade=certified(authority), ehlo=in_clear) as relay,
        transport(relay.port, "starttls", trusting).session() as session,
    ):
        outcome = await session.deliver(ENVELOPE, CONTENT, Claim())
    assert outcome.moment is Moment.taken
    assert relay.heard.piled == []


def _base64(text: str) -> bytes:
    return base64.b64encode(text.encode())


@pytest.mark.parametrize(
    "answer",
    [
        b"535 5.7.8 wrong: AUTH PLAIN " + _base64(f"\0protokol\0{PASSWORD}"),
        b"535 5.7.8 wrong: AUTH PLAIN " + _base64(f"\0protokol\0{PASSWORD}")[:-9] + b" (cut)",
        f"535 5.7.8 wrong password ({PASSWORD})".encode(),
        b"535 5.7.8 wrong password " + _base64(PASSWORD),
    ],
    ids=["whole-line", "cut-line", "in-clear", "base64"],
)
async def test_a_failed_login_is_told_without_the_password(answer: bytes) -> None:
    async with BendableRelay(offers=("AUTH PLAIN",), auth=says(answer + b"\r\n")) as relay:
        error = await refusal(transport(relay.port, username="protokol", password=PASSWORD))
    assert error.key == "relay_auth"
    assert error.fields["reason"].startswith("535 5.7.8 wrong")
    told = "".join(traceback.format_exception(error)) + repr(error.fields)
    for secret in (PASSWORD, _base64(PASSWORD).decode(), _base64(f"\0protokol\0{PASSWORD}").decode()[:-9]):
        assert secret not in told


@pytest.mark.parametrize("offers", [("8BITMIME",), ("AUTH GSSAPI",)], ids=["no-auth", "no-common-way"])
async def test_a_relay_that_takes_no_login_can_not_be_used_with_one(offers: tuple[str, ...]) -> None:
    async with BendableRelay(offers=offers) as relay:
        error = await refusal(transport(relay.port, username="protokol", password=PASSWORD))
    assert error.key == "relay_auth"
    assert relay.heard.verbs == ["EHLO"]


@pytest.mark.parametrize("answer", [says(b"421 4.7.0 later\r\n", then="close"), CLOSES, KEEPS_SILENT])
async def test_a_relay_lost_during_login_can_not_be_used(answer: Does) -> None:
    async with BendableRelay(offers=("AUTH PLAIN",), auth=answer) as relay:
        error = await refusal(
            transport(relay.port, username="protokol", password=PASSWORD, timeout=patience_for(answer))
        )
    assert error.key == "relay_auth"


class _Postbox:
    """aiosmtpd's hooks: keeps what comes."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert session.authenticated
        self.kept.append((envelope.rcpt_tos[0], envelope.original_content or b""))
        return "250 2.0.0 kept"


def _knows_protokol(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
    known = isinstance(login, LoginPassword) and (login.login, login.password) == (b"protokol", PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.mark.parametrize("password", [PASSWORD, "salah"])
async def test_a_real_server_takes_a_letter_after_starttls_and_login_only(
    authority: trustme.CA, trusting: ssl.SSLContext, password: str
) -> None:
    postbox = _Postbox()
    context = certified(authority)

    def server() -> SMTP:
        return SMTP(
            postbox,
            hostname="relay.example",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=_knows_protokol,
            loop=asyncio.get_running_loop(),
        )

    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        way = transport(port, "starttls", trusting, username="protokol", password=password)
        if password == PASSWORD:
            async with way.session() as session:
                assert (await session.deliver(ENVELOPE, CONTENT, Claim())).moment is Moment.taken
        else:
            assert (await refusal(way)).key == "relay_auth"
        await asyncio.sleep(0.05)
    assert postbox.kept == ([(ENVELOPE.rcpt_to, CONTENT)] if password == PASSWORD else [])
