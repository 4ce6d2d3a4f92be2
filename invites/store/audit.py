"""The audit log: append-only, each entry hashed together with the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import sqlalchemy as sa

from invites.model.audit import AuditEntry
from invites.store.tables import audit
from invites.store.writer import Writer

_START = "0" * 64


class SqlAudit:
    """stores.AuditStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def add(self, entry: AuditEntry) -> None:
        """Append; the hash is computed inside the writer, where nothing can come between."""
        self._writer.run(lambda connection: append(connection, entry))

    def entries(self, event: str | None = None) -> Sequence[AuditEntry]:
        """Oldest first."""
        query = sa.select(audit).order_by(audit.c.id)
        if event is not None:
            query = query.where(audit.c.event == event)
        with self._engine.connect() as connection:
            return [
                AuditEntry(
                    at=row.at,
                    actor=row.actor,
                    action=row.action,
                    event=row.event,
                    code=row.code,
                    detail=row.detail,
                    hash=row.hash,
                )
                for row in connection.execute(query)
            ]

    def broken_at(self) -> int | None:
        """Position (from 1) of the first entry that the chain does not hold, or None."""
        previous = _START
        for position, entry in enumerate(self.entries(), 1):
            if entry.hash != _chained(previous, entry):
                return position
            previous = entry.hash
        return None


def append(connection: sa.Connection, entry: AuditEntry) -> None:
    """Append inside the caller's transaction, so that an act and its trace are one."""
    head = connection.scalar(sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or _START
    connection.execute(
        sa.insert(audit).values(
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            event=entry.event,
            code=entry.code,
            detail=entry.detail,
            hash=_chained(head, entry),
        )
    )


def _chained(previous: str, entry: AuditEntry) -> str:
    said = [
        previous,
        entry.at.timestamp(),
        entry.actor,
        entry.action,
        entry.event,
        entry.code,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
