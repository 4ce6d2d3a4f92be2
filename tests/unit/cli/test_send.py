"""What stops a sending, told by its exit code."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import typer

from invites import approval, pipeline
from invites.cli import send


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sending_that_is_stopped_ends_with_the_signals_code(
    number: signal.Signals, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*_: object, stopping: Callable[[], bool], **__: object) -> int:
        os.kill(os.getpid(), number)
        while not stopping():  # noqa: ASYNC110 - it polls as the worker does
            await asyncio.sleep(0.01)
        return 0

    monkeypatch.setattr(approval, "release", lambda *_, **__: None)
    monkeypatch.setattr(pipeline, "send_waiting", stopped)
    monkeypatch.setattr(send, "letters", lambda *_: [])
    batch = SimpleNamespace(event=SimpleNamespace(slug="jakarta"))
    with pytest.raises(typer.Exit) as ended:
        send.deliver(SimpleNamespace(), batch, SimpleNamespace(live=False))  # type: ignore[arg-type]
    assert ended.value.exit_code == code
