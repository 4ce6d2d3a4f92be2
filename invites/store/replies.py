"""The append-only history of answers; what is personal lies apart, so that it can be erased."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from invites.errors import ReplyConflict
from invites.model.audit import AuditEntry
from invites.model.delivery import MessageKind
from invites.model.reply import STATE_OF, NewReply, Reply, ReplyChannel, ReplyState
from invites.store import audit
from invites.store.deliveries import withdraw_confirmations
from invites.store.snapshots import answer_from, personal_to_json
from invites.store.tables import delivery, invitation, personal, reply
from invites.store.writer import Writer


class SqlReplies:
    """stores.ReplyStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def record(self, new: NewReply, *, version: int | None, reference: Callable[[int], str]) -> Reply:
        """Append, with its trace in the audit log; a confirmation of an earlier reply that still waits is withdrawn.
        ReplyConflict when `version` is not the latest reply."""

        def unit(connection: sa.Connection) -> int | None:
            mine = sa.and_(reply.c.event == new.event, reply.c.code == new.code)
            columns = sa.select(reply.c.id, reply.c.number)
            last = connection.execute(columns.where(mine).order_by(reply.c.number.desc()).limit(1)).one_or_none()
            if version is not None and version != (last.id if last else 0):
                return None
            number = last.number + 1 if last else 1
            withdraw_confirmations(connection, new.event, new.code, number)
            return _append(connection, new, number, reference(number))

        written = self._writer.run(unit)
        if written is None:
            raise ReplyConflict("reply_conflict", event=new.event, code=new.code)
        return self._read(sa.and_(reply.c.id == written))[0]

    def history(self, event: str, code: str | None = None) -> Sequence[Reply]:
        """Oldest first; of one embassy, or of all."""
        mine = reply.c.event == event
        return self._read(mine if code is None else sa.and_(mine, reply.c.code == code))

    def unconfirmed(self) -> Sequence[Reply]:
        """Replies that came over the link, are the latest of their embassy by whatever way, and whose confirmation
        is not queued yet. A post that the list has no address of gets none."""
        confirmed = sa.exists().where(
            delivery.c.event == reply.c.event,
            delivery.c.code == reply.c.code,
            delivery.c.kind == MessageKind.confirmation,
            delivery.c.round == reply.c.number,
        )
        later = reply.alias()
        outdated = sa.exists().where(
            later.c.event == reply.c.event, later.c.code == reply.c.code, later.c.number > reply.c.number
        )
        nowhere = sa.exists().where(
            invitation.c.event == reply.c.event,
            invitation.c.code == reply.c.code,
            sa.func.json_extract(invitation.c.recipient_snapshot, "$.email") == "",
        )
        return self._read(sa.and_(reply.c.channel == ReplyChannel.link, ~confirmed, ~outdated, ~nowhere))

    def _read(self, condition: sa.ColumnElement[bool]) -> list[Reply]:
        joined = sa.select(reply, personal.c.content).join(personal).where(condition).order_by(reply.c.id)
        with self._engine.connect() as connection:
            return [_reply(row) for row in connection.execute(joined)]


def _append(connection: sa.Connection, new: NewReply, number: int, ref: str) -> int:
    answer = new.answer
    personal_id = secrets.token_hex(16)
    connection.execute(sa.insert(personal).values(id=personal_id, content=personal_to_json(answer)))
    values = {
        "event": new.event,
        "code": new.code,
        "number": number,
        "ref": ref,
        "verb": answer.verb,
        "state": STATE_OF[answer.verb],
        "delegate_count": max(answer.delegate_count, len(answer.delegates)),
        "spouse": answer.spouse,
        "names_to_follow": answer.names_to_follow,
        "late": new.late,
        "channel": new.channel,
        "recorded_by": new.recorded_by,
        "source_ref": new.source_ref,
        "language": new.language,
        "received_at": new.received_at,
        "recorded_at": new.recorded_at,
        "personal_id": personal_id,
    }
    written: int = connection.execute(sa.insert(reply).values(**values).returning(reply.c.id)).scalar_one()
    actor, action = new.recorded_by or new.code, f"reply_{answer.verb}"
    entry = AuditEntry(
        at=new.recorded_at, actor=actor, action=action, event=new.event, code=new.code, detail=new.channel
    )
    audit.append(connection, entry)
    return written


def _reply(row: Any) -> Reply:
    return Reply(
        id=row.id,
        event=row.event,
        code=row.code,
        number=row.number,
        ref=row.ref,
        answer=answer_from(row, row.content),
        state=ReplyState(row.state),
        channel=ReplyChannel(row.channel),
        recorded_by=row.recorded_by,
        received_at=row.received_at,
        recorded_at=row.recorded_at,
        source_ref=row.source_ref,
        late=row.late,
        language=row.language,
    )
