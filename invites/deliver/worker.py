"""Drains the outbox over one relay: lease, claim, dot, outcome. No path sends twice or forgets."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import partial

from invites.deliver.policy import decide
from invites.errors import DeliveryError, StoreError
from invites.model.delivery import Delivery, DeliveryState, Moment, Outcome
from invites.ports import Blobs, Clock, Session, Transport
from invites.stores import DeliveryStore, Leases

#: seconds; the lease outlives the 600 s that a relay may take to answer the dot
LEASE = 900.0
_BEAT = 30.0
#: seconds of lease that must be left when the dot goes
_RESERVE = 30.0
_CONNECTIONS = 2
#: messages that are read from the outbox at a time
_READ = 100

Progress = Callable[[Delivery, DeliveryState], None]


@dataclass(slots=True)
class _Run:
    """One drain: what it may use, and whether the relay still wants to be talked to."""

    deliveries: DeliveryStore
    blobs: Blobs
    clock: Clock
    worker: str
    progress: Progress
    stopping: Callable[[], bool]
    verified: int
    lease_ends: float = 0.0
    sent: int = 0
    paused: bool = False
    trouble: Exception | None = None
    seen: set[int] = field(default_factory=set)

    def holds_lease(self) -> bool:
        """Whether enough of the lease is left for a dot. A suspended machine or a stalled heartbeat may have
        cost it: then somebody else sends, and this run is over."""
        held = self.lease_ends - _boottime() > _RESERVE
        if not held:
            self.paused, self.trouble = True, DeliveryError("relay_lost")
        return held

    @property
    def over(self) -> bool:
        """Whether no further message may be begun."""
        return self.paused or self.stopping()


async def drain(
    *,
    deliveries: DeliveryStore,
    leases: Leases,
    blobs: Blobs,
    transport: Transport,
    clock: Clock,
    event: str | None = None,
    progress: Progress = lambda _delivery, _state: None,
    stopping: Callable[[], bool] = lambda: False,
    patience: float = 0.0,
    verified: int = 0,
) -> int:
    """Send what is due (of one event, or all) and return how many messages the relay took. Of batches, only what
    `verified` persons approved by password.

    DeliveryError when another process holds the relay for more than `patience` seconds, or when the relay
    can't be used at all; what has not left then waits unharmed. Every other outcome stands in the deliveries.
    When `stopping` turns true, the messages under way are finished and no other is begun.
    """
    worker = leases.identify()
    await _take_lease(leases, transport.name, worker, clock, patience)
    run = _Run(
        deliveries=deliveries,
        blobs=blobs,
        clock=clock,
        worker=worker,
        progress=progress,
        stopping=stopping,
        verified=verified,
        lease_ends=_boottime() + LEASE,
    )
    beat = asyncio.create_task(_keep_lease(run, leases, transport.name))
    try:
        deliveries.reclaim(clock.now())
        await _drain_due(run, transport, event)
    finally:
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)
        leases.drop(transport.name, worker)
    if run.trouble:
        raise run.trouble
    return run.sent


async def _take_lease(leases: Leases, relay: str, worker: str, clock: Clock, patience: float) -> None:
    until = _boottime() + patience
    while not leases.take(relay, worker, clock.now()):
        if _boottime() >= until:
            raise DeliveryError("relay_busy", relay=relay)
        await asyncio.sleep(0.2)


async def _drain_due(run: _Run, transport: Transport, event: str | None) -> None:
    while not run.over:
        most = _READ + len(run.seen)
        ripe = run.deliveries.due(run.clock.now(), event=event, limit=most, verified=run.verified)
        due = [item for item in ripe if item.id not in run.seen]
        if not due:
            return
        waiting = asyncio.Queue[Delivery]()
        for item in due:
            waiting.put_nowait(item)
        connections = min(_CONNECTIONS, len(due))
        ends = await asyncio.gather(*(_converse(run, transport, waiting) for _ in range(connections)))
        if all(ends) and not run.paused:
            run.paused, run.trouble = True, ends[0]


async def _converse(run: _Run, transport: Transport, waiting: asyncio.Queue[Delivery]) -> DeliveryError | None:
    """One connection's worth of messages after another, until nothing waits or the relay is paused. What kept it from
    opening one is returned: a relay may let in fewer than ask, and the other connection then does all the work."""
    while not waiting.empty() and not run.over:
        try:
            async with transport.session() as session:
                while session.usable and not waiting.empty() and not run.over:
                    await _send(run, session, waiting.get_nowait())
        except DeliveryError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the other connection must end its message, not be cancelled
            run.paused, run.trouble = True, error
    return None


async def _send(run: _Run, session: Session, item: Delivery) -> None:
    try:
        content = run.blobs.get(item.blob)
    except StoreError as error:  # one damaged file must not keep the others from going
        run.seen.add(item.id)
        run.trouble = error
        return
    date = item.date_header or format_datetime(run.clock.now())
    claimed = False

    async def claim() -> bool:
        nonlocal claimed
        marker = run.deliveries.claim(item, run.worker, date, run.clock.now(), verified=run.verified)
        claimed = await asyncio.wrap_future(marker)
        return claimed and run.holds_lease()

    try:
        outcome = await session.deliver(item.envelope, f"Date: {date}\r\n".encode() + content, claim)
    except ValueError as error:  # not fit for the wire: said before anything was sent, and of this one alone
        outcome = Outcome(moment=Moment.refused, phase="content", reply_text=str(error))
    decision = decide(outcome, item.tries + 1, jitter=random.uniform(-1, 1))  # noqa: S311 - only spreads retries
    state = decision.state or (DeliveryState.queued if claimed else None)
    if state is None:
        run.seen.add(item.id)
        return
    now = run.clock.now()
    later = now + decision.wait if decision.wait else None
    settle = partial(run.deliveries.settle, item, state, outcome, now, claimed=claimed, next_attempt_at=later)
    # not settled: meanwhile the letter was replaced or withdrawn, or somebody else tells what became of it
    if await asyncio.wrap_future(settle(counted=decision.counted)):
        run.sent += outcome.moment is Moment.taken
        run.progress(item, state)
    if decision.pause_relay:
        run.paused = True
        run.trouble = DeliveryError("relay_unavailable", reply=outcome.reply_text or outcome.phase)


async def _keep_lease(run: _Run, leases: Leases, relay: str) -> None:
    while True:
        await asyncio.sleep(_BEAT)
        if not await asyncio.to_thread(leases.beat, relay, run.worker, run.clock.now()):
            run.lease_ends = 0.0
            return
        run.lease_ends = _boottime() + LEASE


def _boottime() -> float:
    # CLOCK_MONOTONIC stands still while a laptop sleeps; the lease does not
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
