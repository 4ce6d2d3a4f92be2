"""What a log line may never hold."""

from __future__ import annotations

import logging

import pytest
import structlog

from invites import logs
from invites.track import links
from tests.scene import BASE_URL, KEY


def test_a_link_and_an_address_are_cut_out_of_every_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    link = links.derive([KEY], BASE_URL, "jakarta", "JP")
    logs.configure()
    try:
        raise LookupError(f"{link.url} for protocol@embassy-jp.example")
    except LookupError:
        logging.getLogger("a.library").exception("trouble with %s", link.url)
    said = capsys.readouterr().err
    assert "trouble with" in said
    assert "LookupError" in said
    assert link.token[:6] not in said
    assert "embassy-jp" not in said


def test_our_own_log_lines_are_cleaned_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    link = links.derive([KEY], BASE_URL, "jakarta", "JP")
    logs.configure()
    try:
        structlog.get_logger().warning("relay", reason=f"{link.url} protocol@embassy-jp.example")
        said = capsys.readouterr().err
    finally:
        structlog.reset_defaults()
    assert "relay" in said
    assert link.token[:6] not in said
    assert "embassy-jp" not in said
