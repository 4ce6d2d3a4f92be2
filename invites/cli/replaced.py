"""What a new freeze takes the place of, told before somebody misses it."""

from __future__ import annotations

from dataclasses import dataclass

from invites.cli.console import line
from invites.cli.texts import say
from invites.house import House
from invites.model.batch import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A batch, and sha256 of its printed letters by code."""

    batch: Batch
    printed: dict[str, str | None]


def standing(house: House, event: str) -> Standing | None:
    """What stands before a freeze."""
    batch = house.store.batches.current(event)
    if batch is None:
        return None
    printed = {code: house.store.batches.document(event, code) for code in house.store.handovers.prints(event)}
    return Standing(batch=batch, printed=printed)


def tell(house: House, before: Standing | None, now: Batch) -> None:
    """Say whose approval is gone, and which letters on paper are no longer the letters that stand."""
    if before is None or before.batch.id == now.id:
        return
    event = now.event.slug
    if before.batch.approvals:
        line(say("freeze.replaced", batch=before.batch.id[:12], by=before.batch.approved_by, event=event))
    stale = [code for code, sha256 in before.printed.items() if house.store.batches.document(event, code) != sha256]
    if stale:
        line(say("freeze.stale_paper", codes=", ".join(sorted(stale))))
