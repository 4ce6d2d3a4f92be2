"""Freezing: all rows of a batch in one transaction, and what becomes of those that stood before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.errors import NotApproved
from invites.model.audit import AuditEntry
from invites.model.batch import Batch, BatchState
from invites.model.delivery import DeliveryState, MessageKind
from invites.model.frozen import Outgoing, Planned
from invites.store import approvals, audit, handovers, numbers
from invites.store.deliveries import new_row
from invites.store.snapshots import event_to_json, recipient_to_json
from invites.store.tables import approval, batch, delivery, enclosure, invitation, link

_WAITING = (BatchState.frozen, BatchState.signed, BatchState.approved)


def freeze(
    connection: sa.Connection,
    new: Batch,
    letters: Sequence[Planned],
    *,
    gone: Collection[str] | None,
    kept: Collection[str],
    key_fingerprint: str,
) -> None:
    """As stores.BatchStore says it."""
    if connection.scalar(_newest(new.event.slug)) == new.id:
        return
    if gone is not None and (late := _left(connection, new.event.slug) - set(gone)):
        raise NotApproved("left_meanwhile", event=new.event.slug, count=len(late))
    _supersede(connection, new)
    handovers.keep(connection, new.event.slug, new.id)
    for planned in letters:
        _freeze_letter(connection, new, planned, key_fingerprint)
    _withdraw_others(connection, new.event.slug, letters, kept, new.created_at)
    own = [planned.invitation for planned in letters]
    numbered = [(each.code, each.revision, each.number) for each in own]
    numbers.settle(connection, new.event, numbered, new.created_at)
    content = approvals.content_of(connection, new.id)
    connection.execute(sa.update(batch).where(batch.c.id == new.id).values(content=content))


def _newest(event: str) -> sa.Select[Any]:
    stands = sa.and_(batch.c.event == event, batch.c.state != BatchState.superseded)
    return sa.select(batch.c.id).where(stands).order_by(batch.c.ordinal.desc()).limit(1)


def _left(connection: sa.Connection, event: str) -> set[str]:
    """Codes whose letter has left, or may have, by mail or by hand."""
    away = sa.and_(
        delivery.c.event == event,
        delivery.c.kind == MessageKind.invitation,
        delivery.c.state.not_in(approvals.NOT_LEFT),
    )
    return set(connection.scalars(sa.select(delivery.c.code).where(away))) | approvals.handed_codes(connection, event)


def _supersede(connection: sa.Connection, new: Batch) -> None:
    slug = new.event.slug
    waiting = sa.and_(batch.c.event == slug, batch.c.state.in_(_WAITING))
    connection.execute(sa.update(batch).where(waiting).values(state=BatchState.superseded))
    last = connection.scalar(sa.select(sa.func.max(batch.c.ordinal))) or 0
    values = {
        "ordinal": last + 1,
        "event": slug,
        "revision": new.revision,
        "state": BatchState.frozen,
        "event_snapshot": event_to_json(new.event),
        "recipients_digest": new.digests.recipients,
        "event_digest": new.digests.event,
        "templates_digest": new.digests.templates,
        "size": new.size,
        "created_at": new.created_at,
        "frozen_by": new.frozen_by,
    }
    # the same files may be frozen again after others took their place; who approved them then approved them then
    connection.execute(sa.delete(approval).where(approval.c.batch_id == new.id))
    again = insert(batch).values(id=new.id, **values)
    connection.execute(again.on_conflict_do_update(index_elements=["id"], set_=values))
    _log(connection, new.id, new.created_at, new.frozen_by or "invites", "frozen")


def _freeze_letter(connection: sa.Connection, new: Batch, planned: Planned, key_fingerprint: str) -> None:
    stands = planned.invitation
    key = {"event": stands.event, "code": stands.code, "revision": stands.revision}
    written = {outgoing.kind: _freeze_message(connection, new.id, key, outgoing) for outgoing in planned.outgoing}
    # a letter that goes on paper only has no message of its own, and has not left while nobody took it
    if not written.get(MessageKind.invitation, True):
        return
    values = {
        "batch_id": new.id,
        "number": stands.number,
        "sequence": stands.sequence,
        "recipient_snapshot": recipient_to_json(stands.recipient),
        "document": planned.document,
        "document_size": planned.document_size,
        "signed_document": None,
        "withdrawn_at": None,
    }
    statement = insert(invitation).values(**key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["event", "code", "revision"], set_=values))
    beside = sa.and_(*(enclosure.c[name] == value for name, value in key.items()))
    connection.execute(sa.delete(enclosure).where(beside))
    for each in planned.enclosures:
        row = {"form": each.form, "document": each.document, "document_size": each.size}
        connection.execute(sa.insert(enclosure).values(**key, **row))
    known = {
        "event": stands.event,
        "code": stands.code,
        "version": planned.link.version,
        "token_hash": planned.token_hash,
        "key_fingerprint": key_fingerprint,
    }
    connection.execute(insert(link).values(**known).on_conflict_do_nothing())
    if planned.verify_hash:
        letter = {"purpose": "verify", "version": stands.revision, "token_hash": planned.verify_hash}
        connection.execute(insert(link).values(**known | letter).on_conflict_do_nothing())


def _freeze_message(connection: sa.Connection, batch_id: str, key: dict[str, Any], outgoing: Outgoing) -> bool:
    """True when the outbox took this version: the message is new, or its earlier version has not left."""
    row = new_row(outgoing, **key, number=1) | {"batch_id": batch_id}
    replaced = {name: row[name] for name in ("batch_id", "state", "mail_from", "rcpt_to", "message_id", "blob")}
    statement = (
        insert(delivery)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["event", "code", "revision", "kind", "round"],
            set_=replaced | {"date_header": None, "next_attempt_at": None, "tries": 0},
            where=delivery.c.state.in_(approvals.NOT_LEFT),
        )
    )
    return connection.execute(statement).rowcount == 1


def _withdraw_others(
    connection: sa.Connection, event: str, letters: Sequence[Planned], kept: Collection[str], at: datetime
) -> None:
    planned = {letter.invitation.code: [outgoing.kind for outgoing in letter.outgoing] for letter in letters}
    by_paper = [code for code, kinds in planned.items() if MessageKind.invitation not in kinds]
    mailed_before = sa.and_(delivery.c.kind == MessageKind.invitation, delivery.c.code.in_(by_paper))
    others = sa.and_(
        delivery.c.event == event,
        delivery.c.batch_id.is_not(None),
        delivery.c.state.in_((DeliveryState.queued, DeliveryState.deferred)),
        sa.or_(delivery.c.code.not_in([*planned, *kept]), mailed_before),
        # a letter that has left is in no new batch, and the ministry still gets its copy
        sa.not_(sa.and_(delivery.c.kind == MessageKind.copy, delivery.c.code.in_(_left(connection, event)))),
    )
    values = {"state": DeliveryState.withdrawn, "updated_at": at}
    connection.execute(sa.update(delivery).where(others).values(**values))
    # a letter of a batch that was released, and that never left: nobody is invited by it any more
    gone = _left(connection, event)
    unwanted = sa.and_(invitation.c.event == event, invitation.c.code.not_in([*planned, *kept, *gone]))
    connection.execute(sa.update(invitation).where(unwanted).values(withdrawn_at=at))


def _log(connection: sa.Connection, batch_id: str, at: datetime, actor: str, action: str) -> None:
    row = connection.execute(sa.select(batch.c.event, batch.c.size).where(batch.c.id == batch_id)).one()
    detail = f"{row.size} · {batch_id[:12]}"
    audit.append(connection, AuditEntry(at=at, actor=actor, action=f"batch_{action}", event=row.event, detail=detail))
