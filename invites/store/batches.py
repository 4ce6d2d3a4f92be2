"""Batches, the invitations in them, and the hashes of their links."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.errors import NotApproved
from invites.model.audit import AuditEntry
from invites.model.batch import Approval, Batch, BatchState, Digests, Invitation
from invites.model.delivery import DeliveryState, MessageKind
from invites.model.frozen import Enclosure, FrozenLetter, Outgoing, Planned, SignedLetter
from invites.model.message import Form
from invites.model.verification import Verification
from invites.store import approvals, audit, handovers, numbers, stands, verifications
from invites.store.deliveries import new_row
from invites.store.rows import invitation_of
from invites.store.snapshots import event_from_json, event_to_json, recipient_to_json
from invites.store.tables import approval, batch, delivery, enclosure, invitation, link
from invites.store.writer import Writer

_WAITING = (BatchState.frozen, BatchState.signed, BatchState.approved)
#: a link of another purpose opens no reply page, and one that was revoked none at all
_OPENS = sa.and_(link.c.state == "live", link.c.purpose == "reply")


class SqlBatches:
    """stores.BatchStore."""

    def __init__(self, engine: sa.Engine, writer: Writer, key_fingerprint: str) -> None:
        self._engine = engine
        self._writer = writer
        self._key_fingerprint = key_fingerprint

    def freeze(
        self,
        new: Batch,
        letters: Sequence[Planned],
        *,
        gone: Collection[str] | None = None,
        kept: Collection[str] = (),
    ) -> None:
        """Everything of a batch in one transaction, its bytes being durable already. A letter that has left,
        or may have, is never touched; one that waits is replaced; one that is no longer planned is withdrawn.

        Rendering takes seconds in which another process may send: `gone` are the codes whose letters were known
        to have left before it. NotApproved when meanwhile others did, for this batch rests on what was known. `kept`
        are those of them whose mail may still wait for its turn and shall go: their paper was handed over."""

        def unit(connection: sa.Connection) -> None:
            if connection.scalar(_newest(new.event.slug)) == new.id:
                return
            if gone is not None and (late := _left(connection, new.event.slug) - set(gone)):
                raise NotApproved("left_meanwhile", event=new.event.slug, count=len(late))
            _supersede(connection, new)
            handovers.keep(connection, new.event.slug, new.id)
            for planned in letters:
                _freeze_letter(connection, new, planned, self._key_fingerprint)
            _withdraw_others(connection, new.event.slug, letters, kept, new.created_at)
            own = [planned.invitation for planned in letters]
            numbered = [(each.code, each.revision, each.number) for each in own]
            numbers.settle(connection, new.event, numbered, new.created_at)
            content = approvals.content_of(connection, new.id)
            connection.execute(sa.update(batch).where(batch.c.id == new.id).values(content=content))

        self._writer.run(unit)

    def approve(self, batch_id: str, yes: Approval, *, needed: int = 1) -> None:
        """Record one person's yes, and say so in the audit log, as one act. NotApproved when it can't count."""
        self._writer.run(lambda connection: approvals.approve(connection, batch_id, yes, needed))

    def release(self, batch_id: str, by: str, at: datetime, *, needed: int = 1, verified: bool = False) -> None:
        """Let its messages go, when enough persons said yes to exactly these files. Idempotent. NotApproved."""
        self._writer.run(
            lambda connection: approvals.release(connection, batch_id, by, at, needed=needed, verified=verified)
        )

    def sign(self, batch_id: str, letters: Sequence[SignedLetter], by: str, at: datetime) -> None:
        """Put signed letters in the place of the frozen ones; what was approved before no longer is."""
        self._writer.run(lambda connection: approvals.sign(connection, batch_id, letters, by, at))

    def frozen(self, batch_id: str) -> Sequence[FrozenLetter]:
        """The letters of a batch as they were frozen, with what lies beside them."""
        query = sa.select(invitation).where(invitation.c.batch_id == batch_id)
        with self._engine.connect() as connection:
            return [_frozen_letter(connection, row) for row in connection.execute(query).all()]

    def letters(self, event: str) -> Sequence[FrozenLetter]:
        """The letters of this event that stand, of whatever batch."""
        with self._engine.connect() as connection:
            return [_frozen_letter(connection, row) for row in connection.execute(stands.of_event(event)).all()]

    def current(self, event: str) -> Batch | None:
        """The newest batch of this event that is not superseded."""
        return next((found for found in self.events() if found.event.slug == event), None)

    def events(self) -> Sequence[Batch]:
        """The current batch of every event, in the order of their first batches."""
        newest = sa.select(sa.func.max(batch.c.ordinal)).where(batch.c.state != "superseded").group_by(batch.c.event)
        query = sa.select(batch).where(batch.c.ordinal.in_(newest)).order_by(batch.c.event)
        with self._engine.connect() as connection:
            return [_batch(connection, row) for row in connection.execute(query).all()]

    def invitations(self, event: str) -> Sequence[Invitation]:
        """The invitations of this event that stand: at most one a recipient."""
        with self._engine.connect() as connection:
            return [invitation_of(row) for row in connection.execute(stands.of_event(event))]

    def invitation(self, event: str, code: str) -> Invitation | None:
        """The invitation of one recipient that stands."""
        with self._engine.connect() as connection:
            row = connection.execute(stands.of_event(event).where(invitation.c.code == code)).first()
        return invitation_of(row) if row else None

    def document(self, event: str, code: str) -> str | None:
        """sha256 of the PDF that this embassy's invitation carries."""
        query = stands.of_event(event).where(invitation.c.code == code)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.signed_document or row.document) if row else None

    def live_link(self, event: str, code: str) -> tuple[int, str] | None:
        """(version, fingerprint of the key that derives it) of the live reply link."""
        mine = sa.and_(link.c.event == event, link.c.code == code, _OPENS)
        query = sa.select(link.c.version, link.c.key_fingerprint).where(mine).order_by(link.c.version.desc())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.version, row.key_fingerprint) if row else None

    def verification_key(self, event: str, code: str, revision: int) -> str | None:
        """Fingerprint of the key that derives this letter's verification code, once it was frozen."""
        with self._engine.connect() as connection:
            return verifications.key_of(connection, event, code, revision)

    def find_letter(self, code_hash: str) -> Verification | None:
        """The letter with this keyed hash of a verification code. One that nobody signed, printed or sent yet
        proves nothing, and neither does one whose number is void."""
        with self._engine.connect() as connection:
            return verifications.find(connection, code_hash)

    def find_link(self, token_hash: str) -> tuple[str, str] | None:
        """(event, code) of the live reply link with this keyed hash."""
        query = sa.select(link.c.event, link.c.code).where(link.c.token_hash == token_hash, _OPENS)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return (row.event, row.code) if row else None


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


def _batch(connection: sa.Connection, row: Any) -> Batch:
    return Batch(
        id=row.id,
        event=event_from_json(row.event_snapshot),
        revision=row.revision,
        state=BatchState(row.state),
        digests=Digests(recipients=row.recipients_digest, event=row.event_digest, templates=row.templates_digest),
        size=row.size,
        created_at=row.created_at,
        content=row.content,
        frozen_by=row.frozen_by,
        approvals=approvals.approvals_of(connection, row.id, row.content),
    )


def _frozen_letter(connection: sa.Connection, row: Any) -> FrozenLetter:
    beside = sa.select(enclosure).where(
        enclosure.c.event == row.event, enclosure.c.code == row.code, enclosure.c.revision == row.revision
    )
    return FrozenLetter(
        invitation=invitation_of(row),
        document=row.document,
        signed=row.signed_document,
        enclosures=tuple(
            Enclosure(form=Form(each.form), document=each.document, size=each.document_size)
            for each in connection.execute(beside.order_by(enclosure.c.id))
        ),
    )
