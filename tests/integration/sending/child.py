"""A process that freezes, releases and sends two letters, and kills itself at the step it is told.

Run as `python child.py FOLDER PORT [STEP]`. Steps are every commit (before and after it), every file renamed into
place and every write to the wire; without STEP it runs to its end.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from invites.deliver.worker import drain
from invites.store import writer
from invites.store.blobs import FileBlobs
from invites.store.database import open_store
from invites.track import links
from invites.transport.line import Line
from invites.transport.smtp import SmtpTransport
from tests.scene import KEY, Outbox, StandingClock

CODES = ("JP", "TH")
_steps = itertools.count(1)


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    _kill_at(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    store = open_store(folder / "invites.db", key_fingerprints=[links.fingerprint(KEY)])
    blobs = FileBlobs(folder / "blobs", [KEY])
    clock = StandingClock()
    Outbox(store, blobs, clock).release(*CODES)
    relay = SmtpTransport("127.0.0.1", port, tls="none", rehearsal=True)
    asyncio.run(drain(deliveries=store.deliveries, leases=store.leases, blobs=blobs, transport=relay, clock=clock))
    store.close()


def _kill_at(step: int) -> None:
    def reached() -> None:
        if next(_steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(function: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            reached()
            result = function(*args, **kwargs)
            reached()
            return result

        return stepping

    writer._transaction = before(writer._transaction)
    Path.rename = before(Path.rename)  # type: ignore[method-assign]
    Line.write = before(Line.write)  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
