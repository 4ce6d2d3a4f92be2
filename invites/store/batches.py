"""Batches, the invitations in them, and the hashes of their links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.model.audit import AuditEntry
from invites.model.batch import Batch, BatchState, Digests, Invitation
from invites.model.delivery import DeliveryState
from invites.ports import Outgoing, Planned
from invites.store import audit
from invites.store.deliveries import new_row
from invites.store.snapshots import event_from_json, event_to_json, recipient_from_json, recipient_to_json
from invites.store.tables import batch, delivery, invitation, link
from invites.store.writer import Writer

_NOT_LEFT = (DeliveryState.queued, DeliveryState.deferred, DeliveryState.failed, DeliveryState.withdrawn)


class SqlBatches:
    """ports.BatchStore."""

    def __init__(self, engine: sa.Engine, writer: Writer, key_fingerprint: str) -> None:
        self._engine = engine
        self._writer = writer
        self._key_fingerprint = key_fingerprint

    def freeze(self, new: Batch, letters: Sequence[Planned]) -> None:
        """Everything of a batch in one transaction, its bytes being durable already. A letter that has left,
        or may have, is never touched; one that waits is replaced; one that is no longer planned is withdrawn."""

        def unit(connection: sa.Connection) -> None:
            if connection.scalar(sa.select(batch.c.id).where(batch.c.id == new.id)):
                return
            _supersede(connection, new)
            for planned in letters:
                _freeze_letter(connection, new, planned, self._key_fingerprint)
            planned_codes = [planned.invitation.code for planned in letters]
            _withdraw_others(connection, new.event.slug, planned_codes, new.created_at)

        self._writer.run(unit)

    def approve(self, batch_id: str, by: str, at: datetime) -> None:
        """Record who approved the hash, and say so in the audit log, as one act."""

        def unit(connection: sa.Connection) -> None:
            frozen = sa.and_(batch.c.id == batch_id, batch.c.state == BatchState.frozen)
            values = {"state": BatchState.approved, "approved_by": by, "approved_at": at}
            if connection.execute(sa.update(batch).where(frozen).values(**values)).rowcount == 1:
                _log(connection, batch_id, at, by, "approved")

        self._writer.run(unit)

    def release(self, batch_id: str, by: str, at: datetime) -> None:
        """Let its messages go. Idempotent."""

        def unit(connection: sa.Connection) -> None:
            ready = sa.and_(batch.c.id == batch_id, batch.c.state == BatchState.approved)
            if connection.execute(sa.update(batch).where(ready).values(state=BatchState.released)).rowcount == 1:
                _log(connection, batch_id, at, by, "released")

        self._writer.run(unit)

    def current(self, event: str) -> Batch | None:
        """The newest batch of this event that is not superseded."""
        return next((found for found in self.events() if found.event.slug == event), None)

    def events(self) -> Sequence[Batch]:
        """The current batch of every event, in the order of their first batches."""
        newest = sa.select(sa.func.max(batch.c.ordinal)).where(batch.c.state != "superseded").group_by(batch.c.event)
        query = sa.select(batch).where(batch.c.ordinal.in_(newest)).order_by(batch.c.event)
        with self._engine.connect() as connection:
            return [_batch(row) for row in connection.execute(query)]

    def invitations(self, event: str) -> Sequence[Invitation]:
        """The invitations of this event that stand: at most one a recipient."""
        with self._engine.connect() as connection:
            return [_invitation(row) for row in connection.execute(_standing(event))]

    def invitation(self, event: str, code: str) -> Invitation | None:
        """The invitation of one recipient that stands."""
        with self._engine.connect() as connection:
            row = connection.execute(_standing(event).where(invitation.c.code == code)).first()
        return _invitation(row) if row else None

    def document(self, event: str, code: str) -> str | None:
        """sha256 of the PDF that this embassy's invitation carries."""
        query = _standing(event).where(invitation.c.code == code)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return row.document if row else None

    def live_link(self, event: str, code: str) -> tuple[int, str] | None:
        """(version, fingerprint of the key that derives it) of the live reply link."""
        live = sa.and_(link.c.event == event, link.c.code == code, link.c.state == "live")
        query = sa.select(link.c.version, link.c.key_fingerprint).where(live).order_by(link.c.version.desc())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.version, row.key_fingerprint) if row else None

    def find_link(self, token_hash: str) -> tuple[str, str] | None:
        """(event, code) of the live link with this keyed hash."""
        query = sa.select(link.c.event, link.c.code).where(link.c.token_hash == token_hash, link.c.state == "live")
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return (row.event, row.code) if row else None


def _supersede(connection: sa.Connection, new: Batch) -> None:
    slug = new.event.slug
    waiting = sa.and_(batch.c.event == slug, batch.c.state.in_([BatchState.frozen, BatchState.approved]))
    connection.execute(sa.update(batch).where(waiting).values(state=BatchState.superseded))
    last = connection.scalar(sa.select(sa.func.max(batch.c.ordinal))) or 0
    connection.execute(
        sa.insert(batch).values(
            id=new.id,
            ordinal=last + 1,
            event=slug,
            revision=new.revision,
            state=BatchState.frozen,
            event_snapshot=event_to_json(new.event),
            recipients_digest=new.digests.recipients,
            event_digest=new.digests.event,
            templates_digest=new.digests.templates,
            size=new.size,
            created_at=new.created_at,
        )
    )
    _log(connection, new.id, new.created_at, "invites", "frozen")


def _freeze_letter(connection: sa.Connection, new: Batch, planned: Planned, key_fingerprint: str) -> None:
    stands = planned.invitation
    key = {"event": stands.event, "code": stands.code, "revision": stands.revision}
    written = [_freeze_message(connection, new.id, key, outgoing) for outgoing in planned.outgoing]
    if not any(written):
        return
    values = {
        "batch_id": new.id,
        "number": stands.number,
        "sequence": stands.sequence,
        "recipient_snapshot": recipient_to_json(stands.recipient),
        "document": planned.document,
        "document_size": planned.document_size,
    }
    statement = insert(invitation).values(**key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["event", "code", "revision"], set_=values))
    known = {
        "event": stands.event,
        "code": stands.code,
        "version": planned.link.version,
        "token_hash": planned.token_hash,
        "key_fingerprint": key_fingerprint,
    }
    connection.execute(insert(link).values(**known).on_conflict_do_nothing())


def _freeze_message(connection: sa.Connection, batch_id: str, key: dict[str, Any], outgoing: Outgoing) -> bool:
    """True when the outbox took this version: the message is new, or its earlier version has not left."""
    row = new_row(outgoing.message, outgoing.blob, **key, kind=outgoing.kind, number=1) | {"batch_id": batch_id}
    replaced = {name: row[name] for name in ("batch_id", "state", "mail_from", "rcpt_to", "message_id", "blob")}
    statement = (
        insert(delivery)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["event", "code", "revision", "kind", "round"],
            set_=replaced | {"date_header": None, "next_attempt_at": None},
            where=delivery.c.state.in_(_NOT_LEFT),
        )
    )
    return connection.execute(statement).rowcount == 1


def _withdraw_others(connection: sa.Connection, event: str, planned: list[str], at: datetime) -> None:
    others = sa.and_(
        delivery.c.event == event,
        delivery.c.batch_id.is_not(None),
        delivery.c.state.in_((DeliveryState.queued, DeliveryState.deferred)),
        delivery.c.code.not_in(planned),
    )
    values = {"state": DeliveryState.withdrawn, "updated_at": at}
    connection.execute(sa.update(delivery).where(others).values(**values))


def _standing(event: str) -> sa.Select[Any]:
    standing = sa.and_(invitation.c.batch_id == batch.c.id, batch.c.state != BatchState.superseded)
    return sa.select(invitation).join(batch, standing).where(invitation.c.event == event)


def _log(connection: sa.Connection, batch_id: str, at: datetime, actor: str, action: str) -> None:
    row = connection.execute(sa.select(batch.c.event, batch.c.size).where(batch.c.id == batch_id)).one()
    detail = f"{row.size} · {batch_id[:12]}"
    audit.append(connection, AuditEntry(at=at, actor=actor, action=f"batch_{action}", event=row.event, detail=detail))


def _batch(row: Any) -> Batch:
    return Batch(
        id=row.id,
        event=event_from_json(row.event_snapshot),
        revision=row.revision,
        state=BatchState(row.state),
        digests=Digests(recipients=row.recipients_digest, event=row.event_digest, templates=row.templates_digest),
        size=row.size,
        created_at=row.created_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )


def _invitation(row: Any) -> Invitation:
    return Invitation(
        event=row.event,
        code=row.code,
        revision=row.revision,
        number=row.number,
        sequence=row.sequence,
        recipient=recipient_from_json(row.recipient_snapshot),
    )
