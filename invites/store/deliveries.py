"""The outbox. The marker is the claim: no row changes but by naming the attempt it was at."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.model.delivery import Delivery, DeliveryState, MessageKind, Moment, Outcome
from invites.model.frozen import Outgoing
from invites.model.message import Envelope
from invites.store.leases import alive
from invites.store.tables import approval, attempt, batch, delivery, lease, reply
from invites.store.writer import Writer

_WAITING = (DeliveryState.queued, DeliveryState.deferred)
#: what a worker that lost its lease may still tell about its own attempt
_EVIDENCE = (Moment.taken, Moment.refused, Moment.refused_for_now)


def _may_go(verified: int) -> sa.ColumnElement[bool]:
    """Outside any batch, or in one that was released, to which `verified` persons said yes by password."""
    said = sa.and_(approval.c.batch_id == batch.c.id, approval.c.content == batch.c.content, approval.c.verified)
    persons = sa.select(sa.func.count()).select_from(approval).where(said).correlate(batch).scalar_subquery()
    released = sa.and_(batch.c.id == delivery.c.batch_id, batch.c.state == "released", persons >= verified)
    return sa.or_(delivery.c.batch_id.is_(None), sa.exists().where(released))


class SqlDeliveries:
    """stores.DeliveryStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def due(
        self, now: datetime, *, event: str | None = None, limit: int = 100, verified: int = 0
    ) -> Sequence[Delivery]:
        """What may go now, oldest first; but what was tried before waits for the others, so that one letter at
        which a relay breaks keeps none of them back. `verified`: how many persons' passwords it takes."""
        ripe = sa.or_(
            delivery.c.state == DeliveryState.queued,
            sa.and_(delivery.c.state == DeliveryState.deferred, delivery.c.next_attempt_at <= now),
        )
        query = (
            sa.select(delivery).where(ripe, _may_go(verified)).order_by(delivery.c.attempt, delivery.c.id).limit(limit)
        )
        if event is not None:
            query = query.where(delivery.c.event == event)
        return self._read(query)

    def claim(self, item: Delivery, worker: str, date_header: str, at: datetime, *, verified: int = 0) -> Future[bool]:
        """The marker. True after COMMIT, when exactly this row was still as it was read, and may go."""
        guard = sa.and_(
            delivery.c.id == item.id,
            delivery.c.state.in_(_WAITING),
            delivery.c.attempt == item.attempt,
            delivery.c.blob == item.blob,
            _may_go(verified),
        )
        change = (
            sa.update(delivery)
            .where(guard)
            .values(
                state=DeliveryState.sending,
                attempt=item.attempt + 1,
                worker=worker,
                date_header=date_header,
                next_attempt_at=None,
                updated_at=at,
            )
        )

        def unit(connection: sa.Connection) -> bool:
            if connection.execute(change).rowcount != 1:
                return False
            values = {"delivery_id": item.id, "attempt": item.attempt + 1, "worker": worker, "marked_at": at}
            connection.execute(sa.insert(attempt).values(**values))
            return True

        return self._writer.submit(unit)

    def settle(
        self,
        item: Delivery,
        state: DeliveryState,
        outcome: Outcome,
        at: datetime,
        *,
        claimed: bool,
        counted: bool = False,
        next_attempt_at: datetime | None = None,
    ) -> Future[bool]:
        """What the try came to. Without a claim the row still waits at the attempt, and with the bytes, that were
        read: a refusal of the letter that was corrected meanwhile is none of the corrected one's."""
        if claimed:
            from_states = [DeliveryState.sending]
            if outcome.moment in _EVIDENCE:
                from_states.append(DeliveryState.unknown)
            guard = sa.and_(delivery.c.attempt == item.attempt + 1, delivery.c.state.in_(from_states))
        else:
            guard = sa.and_(
                delivery.c.attempt == item.attempt, delivery.c.blob == item.blob, delivery.c.state.in_(_WAITING)
            )
        said = {"reply_code": outcome.reply_code, "reply_text": outcome.reply_text}
        change = (
            sa.update(delivery)
            .where(delivery.c.id == item.id, guard)
            .values(
                state=state,
                attempt=item.attempt + 1,
                tries=item.tries + counted,
                next_attempt_at=next_attempt_at,
                updated_at=at,
                **said,
            )
        )
        end = {"ended_at": at, "moment": outcome.moment, "phase": outcome.phase, **said}

        def unit(connection: sa.Connection) -> bool:
            if connection.execute(change).rowcount != 1:
                return False
            key = {"delivery_id": item.id, "attempt": item.attempt + 1}
            row = insert(attempt).values(**key, worker="", marked_at=at, **end)
            connection.execute(row.on_conflict_do_update(index_elements=["delivery_id", "attempt"], set_=end))
            return True

        return self._writer.submit(unit)

    def reclaim(self, at: datetime) -> int:
        """`sending` rows of workers that hold no relay any more, or whose process ended, become unknown: their
        dot may have left."""

        def unit(connection: sa.Connection) -> int:
            holders = connection.scalars(sa.select(lease.c.worker)).all()
            working = [worker for worker in holders if alive(worker)]
            orphaned = sa.and_(delivery.c.state == DeliveryState.sending, delivery.c.worker.not_in(working))
            values = {"state": DeliveryState.unknown, "updated_at": at}
            return connection.execute(sa.update(delivery).where(orphaned).values(**values)).rowcount

        return self._writer.run(unit)

    def of_event(self, event: str) -> Sequence[Delivery]:
        """Every delivery of this event, confirmations included."""
        return self._read(sa.select(delivery).where(delivery.c.event == event).order_by(delivery.c.id))

    def enqueue(self, outgoing: Outgoing, *, event: str, code: str, revision: int, number: int) -> None:
        """Queue what follows from a reply; the same key twice adds nothing. Nothing is queued for a reply that is no
        longer the latest: what it would say is no longer so."""
        values = new_row(outgoing, event=event, code=code, revision=revision, number=number)
        newer = sa.and_(reply.c.event == event, reply.c.code == code, reply.c.number > number)

        def unit(connection: sa.Connection) -> None:
            if connection.scalar(sa.select(sa.exists().where(newer))):
                return
            withdraw_confirmations(connection, event, code, number)
            connection.execute(insert(delivery).values(**values).on_conflict_do_nothing())

        self._writer.run(unit)

    def _read(self, query: sa.Select[Any]) -> list[Delivery]:
        with self._engine.connect() as connection:
            return [_delivery(row) for row in connection.execute(query)]


def withdraw_confirmations(connection: sa.Connection, event: str, code: str, number: int) -> None:
    """Take back what still waits to confirm a reply before this one: what it says is no longer so."""
    stale = sa.and_(
        delivery.c.event == event,
        delivery.c.code == code,
        delivery.c.kind == MessageKind.confirmation,
        delivery.c.round < number,
        delivery.c.state.in_(_WAITING),
    )
    connection.execute(sa.update(delivery).where(stale).values(state=DeliveryState.withdrawn))


def new_row(outgoing: Outgoing, *, event: str, code: str, revision: int, number: int) -> dict[str, Any]:
    """The columns of a fresh, queued delivery."""
    return {
        "event": event,
        "code": code,
        "revision": revision,
        "kind": outgoing.kind,
        "round": number,
        "state": DeliveryState.queued,
        "mail_from": outgoing.envelope.mail_from,
        "rcpt_to": outgoing.envelope.rcpt_to,
        "message_id": outgoing.message_id,
        "blob": outgoing.blob,
    }


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        event=row.event,
        code=row.code,
        revision=row.revision,
        kind=MessageKind(row.kind),
        round=row.round,
        state=DeliveryState(row.state),
        attempt=row.attempt,
        tries=row.tries,
        envelope=Envelope(mail_from=row.mail_from, rcpt_to=row.rcpt_to),
        message_id=row.message_id,
        blob=row.blob,
        date_header=row.date_header,
        next_attempt_at=row.next_attempt_at,
        reply_code=row.reply_code,
        reply_text=row.reply_text,
        updated_at=row.updated_at,
    )
