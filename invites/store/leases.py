"""One process sends per relay: a leased row, a heartbeat, and proof of death where that can be had."""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.store.tables import lease
from invites.store.writer import Writer

#: longer than the 600 s that a worker may wait for the answer to its dot
LIFETIME = timedelta(seconds=900)


class SqlLeases:
    """stores.Leases."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def identify(self) -> str:
        """A name for this worker that tells, on this machine, whether its process still lives."""
        return f"{_boot_id()}:{_pid_namespace()}:{os.getpid()}:{_started(os.getpid())}:{secrets.token_hex(4)}"

    def take(self, relay: str, worker: str, now: datetime) -> bool:
        """True when `worker` now holds the relay; a dead or expired holder is replaced."""

        def unit(connection: sa.Connection) -> bool:
            row = connection.execute(sa.select(lease).where(lease.c.relay == relay)).one_or_none()
            if row and row.worker != worker and alive(row.worker) and row.beat_at + LIFETIME > now:
                return False
            values = {"worker": worker, "beat_at": now}
            statement = insert(lease).values(relay=relay, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["relay"], set_=values))
            return True

        return self._writer.run(unit)

    def beat(self, relay: str, worker: str, now: datetime) -> bool:
        """Prolong. False when somebody else holds the relay now."""

        def unit(connection: sa.Connection) -> bool:
            mine = sa.and_(lease.c.relay == relay, lease.c.worker == worker)
            return connection.execute(sa.update(lease).where(mine).values(beat_at=now)).rowcount == 1

        return self._writer.run(unit)

    def drop(self, relay: str, worker: str) -> None:
        """Give it back."""
        mine = sa.and_(lease.c.relay == relay, lease.c.worker == worker)
        self._writer.run(lambda connection: connection.execute(sa.delete(lease).where(mine)))


def alive(worker: str) -> bool:
    """False only when the worker's process provably ended. Another boot of this machine ended it (the file is on
    a local disk, database.py sees to that); a pid of another container tells nothing, so it counts as alive until
    its lease expires; else the pid and when it started tell (a pid is used again)."""
    boot, namespace, pid, started, _ = worker.split(":")
    if boot != _boot_id():
        return False
    return namespace != _pid_namespace() or _started(int(pid)) == started


def _boot_id() -> str:
    source = Path("/proc/sys/kernel/random/boot_id")
    return source.read_text().strip() if source.exists() else "unknown"


def _pid_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return "0"


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "gone"
    state, *fields = stat.rpartition(")")[2].split()
    return "gone" if state in "ZX" else fields[18]  # field 22 of proc(5) stat: starttime
