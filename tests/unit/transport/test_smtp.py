"""The rules of a relay that hold before any socket is opened."""

from __future__ import annotations

import pytest

from invites.errors import ConfigurationError
from invites.ports import Transport
from invites.transport.smtp import SmtpTransport


@pytest.mark.parametrize("host", ["relay.example", "192.0.2.1", "10.0.0.1", "localhost.evil.example", "2001:db8::1"])
def test_without_tls_there_is_only_loopback(host: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SmtpTransport(host, 25, tls="none", username="protokol", password="kata-sandi")
    assert caught.value.setting == "INVITES_SMTP_URL"
    assert "kata-sandi" not in str(caught.value.fields)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_may_do_without_tls(host: str) -> None:
    assert SmtpTransport(host, 25, tls="none").live


def test_a_rehearsal_is_said_so_and_stays_on_loopback() -> None:
    assert not SmtpTransport("127.0.0.1", 25, tls="none", rehearsal=True).live
    with pytest.raises(ValueError, match="loopback"):
        SmtpTransport("relay.example", 587, tls="starttls", rehearsal=True)


def test_its_name_holds_no_secret() -> None:
    relay: Transport = SmtpTransport("relay.example", 587, tls="starttls", username="protokol", password="kata-sandi")
    assert relay.name == "smtp://relay.example:587"
    assert SmtpTransport("::1", 25, tls="none").name == "smtp://[::1]:25"
    assert "kata-sandi" not in repr(relay)
