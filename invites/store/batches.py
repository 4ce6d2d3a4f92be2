"""Batches, the invitations in them, and the hashes of their links."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from invites.model.batch import Approval, Batch, BatchState, Digests, Invitation
from invites.model.frozen import Enclosure, FrozenLetter, Planned, SignedLetter
from invites.model.message import Form
from invites.model.verification import Verification
from invites.store import approvals, freezing, stands, verifications
from invites.store.rows import invitation_of
from invites.store.snapshots import event_from_json
from invites.store.tables import batch, enclosure, invitation, link
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

        self._writer.run(
            lambda connection: freezing.freeze(
                connection, new, letters, gone=gone, kept=kept, key_fingerprint=self._key_fingerprint
            )
        )

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
