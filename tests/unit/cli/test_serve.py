"""The outbox beside the site: nothing but a wrong setting ends it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from invites import pipeline
from invites.cli import serve
from invites.errors import ConfigurationError, DeliveryError


class Outbox:
    """What the outbox asks and does; `troubles` are raised in turn where `where` says."""

    def __init__(self, where: str, *troubles: Exception) -> None:
        self._where = where
        self._troubles: Iterator[Exception] = iter(troubles)
        self.sent = asyncio.Event()

    def waits(self, _house: object, _transport: object) -> bool:
        self._trouble("waits")
        return True

    async def send(self, _house: object, _transport: object, **_options: object) -> None:
        self._trouble("send")
        self.sent.set()

    def _trouble(self, where: str) -> None:
        if where == self._where and (trouble := next(self._troubles, None)):
            raise trouble


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "_LOOK_EVERY", 0)
    monkeypatch.setattr(serve, "_AFTER_TROUBLE", 0)


async def run(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it has sent something."""
    monkeypatch.setattr(pipeline, "something_waits", outbox.waits)
    monkeypatch.setattr(pipeline, "send_waiting", outbox.send)
    task = asyncio.create_task(serve.send_what_waits(None, None, asyncio.Event()))  # type: ignore[arg-type]
    done, _ = await asyncio.wait(
        [task, asyncio.create_task(outbox.sent.wait())], timeout=10, return_when="FIRST_COMPLETED"
    )
    assert done
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("where", ["waits", "send"])
async def test_a_full_disk_a_dead_relay_and_a_fault_of_ours_do_not_end_the_outbox(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = Outbox(
        where, OSError(28, "No space left on device"), DeliveryError("relay_busy", relay="x"), KeyError("Rahasia")
    )
    with capture_logs() as told:
        await run(outbox, monkeypatch)
    assert outbox.sent.is_set()
    reasons = [entry["reason"] for entry in told]
    assert reasons == ["[Errno 28] No space left on device", "relay_busy: relay=x", "KeyError"]


async def test_a_wrong_setting_ends_it_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError):
        await run(Outbox("send", ConfigurationError("setting_smtp_url", setting="INVITES_SMTP_URL")), monkeypatch)


class Site:
    """A site that ends as soon as something is on its way."""

    def __init__(self, begun: asyncio.Event) -> None:
        self._begun = begun
        self.should_exit = False

    async def serve(self, sockets: object) -> None:
        del sockets
        await self._begun.wait()


@pytest.mark.parametrize(("takes", "patience", "finished"), [(0.1, 30, True), (30, 0.1, False)])
async def test_a_message_on_its_way_is_finished_before_the_site_ends_but_not_waited_for_for_ever(
    takes: float, patience: float, finished: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, done = asyncio.Event(), asyncio.Event()
    stops = []

    async def send(_house: object, _transport: object, *, stopping: Callable[[], bool]) -> None:
        begun.set()
        await asyncio.sleep(takes)
        stops.append(stopping())
        done.set()

    monkeypatch.setattr(serve, "_TO_FINISH", patience)
    monkeypatch.setattr(pipeline, "something_waits", lambda _house, _transport: True)
    monkeypatch.setattr(pipeline, "send_waiting", send)
    await serve._serve(Site(begun), None, None, object())  # type: ignore[arg-type]
    assert done.is_set() is finished
    assert stops == [True] * finished
