"""Letters on paper: that they were printed, and who took them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.errors import NotApproved
from invites.model.audit import AuditEntry
from invites.model.batch import BatchState
from invites.model.handover import Handover
from invites.store import approvals, stands
from invites.store import audit as log
from invites.store.numbers import mark_used
from invites.store.tables import approval, audit, batch, delivery, handover, invitation
from invites.store.writer import Writer

_PRINTED = "letter_printed"
_MAY_LEAVE = (BatchState.approved, BatchState.released)


class SqlHandovers:
    """stores.HandoverStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def printed(
        self,
        event: str,
        documents: Mapping[str, str],
        by: str,
        at: datetime,
        *,
        needed: int = 1,
        verified: bool = False,
    ) -> None:
        """Record that exactly these letters (sha256 by code) were printed: from now on their numbers are used.
        NotApproved when one is not approved by enough persons, or is another one by now; then nothing is recorded."""

        def unit(connection: sa.Connection) -> None:
            found = connection.execute(_standing(event).where(invitation.c.code.in_(documents))).all()
            if {row.code: row.signed_document or row.document for row in found} != dict(documents):
                raise NotApproved("content_differs", event=event)
            for batch_id in sorted({row.batch_id for row in found}):
                _require_approved(connection, batch_id, needed=needed, verified=verified)
            mark_used(connection, event, [(row.code, row.revision, row.number) for row in found], at)
            newest = max(found, key=lambda row: row.ordinal)
            act = AuditEntry(
                at=at, actor=by, action="letters_printed", event=event, detail=f"{len(found)} · {newest.batch_id[:12]}"
            )
            log.append(connection, act)
            for row in found:
                log.append(connection, AuditEntry(at=at, actor=by, action=_PRINTED, event=event, code=row.code))

        self._writer.run(unit)

    def prints(self, event: str) -> Mapping[str, Sequence[datetime]]:
        """When letters were printed, oldest first, by code."""
        acts = sa.and_(audit.c.event == event, audit.c.action == _PRINTED)
        query = sa.select(audit.c.code, audit.c.at).where(acts).order_by(audit.c.id)
        found: dict[str, list[datetime]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found.setdefault(row.code, []).append(row.at)
        return found

    def approved_since(self, event: str, code: str) -> datetime | None:
        """When the first of those who approved the letter that stands did so; None while it may not leave. For one
        that somebody took already, when the first approval of its event was given: which one it had, nobody knows
        after a later batch."""
        said = sa.and_(approval.c.batch_id == batch.c.id, approval.c.content == batch.c.content)
        query = (
            sa.select(sa.func.min(approval.c.at))
            .select_from(invitation)
            .join(batch, batch.c.id == invitation.c.batch_id)
            .join(approval, said)
            .where(invitation.c.event == event, invitation.c.code == code, batch.c.state.in_(_MAY_LEAVE))
        )
        ever = sa.select(sa.func.min(approval.c.at)).join(batch).where(batch.c.event == event)
        with self._engine.connect() as connection:
            if code in approvals.handed_codes(connection, event):
                query = ever
            found: datetime | None = connection.scalar(query)
            return found

    def record(self, new: Handover, *, replace: bool = False) -> Handover | None:
        """Record who took a letter, with its trace in the audit log. Returns what stood before; without `replace`
        that keeps standing, and nothing is written."""
        key = {"event": new.event, "code": new.code, "revision": new.revision}
        values = {
            "handed_to": new.handed_to,
            "handed_at": new.handed_at,
            "recorded_by": new.recorded_by,
            "recorded_at": new.recorded_at,
        }

        def unit(connection: sa.Connection) -> Handover | None:
            this = sa.and_(*(handover.c[name] == value for name, value in key.items()))
            row = connection.execute(sa.select(handover).where(this)).one_or_none()
            if row is None or replace:
                # whoever printed it, it is out: nobody else may get its number
                letter = connection.execute(_standing(new.event).where(invitation.c.code == new.code)).first()
                if letter and letter.revision == new.revision:
                    mark_used(connection, new.event, [(letter.code, letter.revision, letter.number)], new.recorded_at)
                kept = insert(handover).values(**key, **values)
                connection.execute(kept.on_conflict_do_update(index_elements=[*key], set_=values))
                action = "letter_handed" if row is None else "handover_replaced"
                detail = f"{new.handed_at:%Y-%m-%d %H:%M}"
                entry = AuditEntry(
                    at=new.recorded_at,
                    actor=new.recorded_by,
                    action=action,
                    event=new.event,
                    code=new.code,
                    detail=detail,
                )
                log.append(connection, entry)
            return _handover(row) if row else None

        return self._writer.run(unit)

    def of_event(self, event: str) -> Sequence[Handover]:
        """Every letter of this event that somebody took."""
        query = sa.select(handover).where(handover.c.event == event).order_by(handover.c.id)
        with self._engine.connect() as connection:
            return [_handover(row) for row in connection.execute(query)]


def keep(connection: sa.Connection, event: str, batch_id: str) -> None:
    """A letter that somebody took stands as it is, and so does its mail: in this batch, when another took the place of
    its own before any mail left."""
    superseded = sa.select(batch.c.id).where(batch.c.event == event, batch.c.state == BatchState.superseded)
    handed = approvals.handed_codes(connection, event)
    for table in (invitation, delivery):
        theirs = sa.and_(table.c.event == event, table.c.code.in_(handed), table.c.batch_id.in_(superseded))
        connection.execute(sa.update(table).where(theirs).values(batch_id=batch_id))


def _require_approved(connection: sa.Connection, batch_id: str, *, needed: int, verified: bool) -> None:
    row = connection.execute(sa.select(batch).where(batch.c.id == batch_id)).one()
    if row.state not in _MAY_LEAVE:
        raise NotApproved("no_batch", event=row.event)
    # of a batch that has left, letters may have moved on into a later one; the others are as they were approved
    released = row.state == BatchState.released
    content = row.content if released else approvals.content_of(connection, batch_id)
    said = approvals.approvals_of(connection, batch_id, content)
    approvals.require(row.event, said, needed=needed, verified=verified)


def _standing(event: str) -> sa.Select[Any]:
    return stands.of_event(
        event,
        invitation.c.code,
        invitation.c.revision,
        invitation.c.number,
        invitation.c.document,
        invitation.c.signed_document,
        invitation.c.batch_id,
        batch.c.ordinal,
    )


def _handover(row: Any) -> Handover:
    return Handover(
        event=row.event,
        code=row.code,
        revision=row.revision,
        handed_to=row.handed_to,
        handed_at=row.handed_at,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )
