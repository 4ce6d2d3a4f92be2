"""Who said yes to exactly which files: approvals of a batch, and the letters that came back signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.errors import NotApproved
from invites.model.audit import AuditEntry
from invites.model.batch import Approval, BatchState
from invites.model.delivery import DeliveryState, MessageKind
from invites.model.frozen import SignedLetter
from invites.store import audit
from invites.store.numbers import mark_used
from invites.store.tables import approval, batch, delivery, enclosure, handover, invitation

NOT_LEFT = (DeliveryState.queued, DeliveryState.deferred, DeliveryState.failed, DeliveryState.withdrawn)
_MAY_BE_APPROVED = (BatchState.frozen, BatchState.signed, BatchState.approved, BatchState.released)


def content_of(connection: sa.Connection, batch_id: str) -> str:
    """sha256 over every file of a batch that will leave, and over where it goes: what an approval is a yes to."""
    total = hashlib.sha256()
    letters = sa.select(
        invitation.c.code,
        invitation.c.revision,
        invitation.c.number,
        invitation.c.document,
        invitation.c.signed_document,
    ).where(invitation.c.batch_id == batch_id)
    messages = sa.select(
        delivery.c.code,
        delivery.c.kind,
        delivery.c.mail_from,
        delivery.c.rcpt_to,
        delivery.c.message_id,
        delivery.c.blob,
    ).where(delivery.c.batch_id == batch_id)
    beside = (
        sa.select(enclosure.c.code, enclosure.c.form, enclosure.c.document)
        .join(
            invitation,
            sa.and_(
                invitation.c.event == enclosure.c.event,
                invitation.c.code == enclosure.c.code,
                invitation.c.revision == enclosure.c.revision,
            ),
        )
        .where(invitation.c.batch_id == batch_id)
    )
    for query in (letters, messages, beside):
        for line in sorted(repr(tuple(row)) for row in connection.execute(query)):
            total.update(f"{line}\n".encode())
    return total.hexdigest()


def approvals_of(connection: sa.Connection, batch_id: str, content: str) -> tuple[Approval, ...]:
    """Everybody who said yes to this content, oldest first."""
    query = sa.select(approval).where(approval.c.batch_id == batch_id, approval.c.content == content)
    return tuple(
        Approval(by=row.approved_by, at=row.at, content=row.content, verified=row.verified)
        for row in connection.execute(query.order_by(approval.c.id))
    )


def approve(connection: sa.Connection, batch_id: str, yes: Approval, needed: int) -> None:
    """Record one yes. NotApproved when its author wants to be the second person, or when the files are other
    ones than those that the person saw."""
    row = connection.execute(sa.select(batch).where(batch.c.id == batch_id)).one()
    content = content_of(connection, batch_id)
    if row.state not in _MAY_BE_APPROVED or content != yes.content:
        raise NotApproved("content_differs", event=row.event)
    before = approvals_of(connection, batch_id, content)
    others = [each for each in before if each.by.casefold() != yes.by.casefold()]
    if others and yes.by.casefold() == row.frozen_by.casefold() and len(others) == len(before):
        raise NotApproved("author_second", event=row.event, by=yes.by)
    # one person, however the name is typed
    by = next((each.by for each in before if each not in others), yes.by)
    values = {"batch_id": batch_id, "content": content, "approved_by": by, "verified": yes.verified, "at": yes.at}
    same = insert(approval).values(**values)
    connection.execute(
        same.on_conflict_do_update(
            index_elements=["batch_id", "content", "approved_by"],
            set_={"verified": sa.or_(approval.c.verified, same.excluded.verified)},
        )
    )
    if len(others) == len(before):
        _log(connection, row, (yes.at, yes.by, "batch_approved"))
    if len(others) + 1 >= needed and row.state != BatchState.released:
        connection.execute(sa.update(batch).where(batch.c.id == batch_id).values(state=BatchState.approved))


def require(event: str, said: Sequence[Approval], *, needed: int, verified: bool) -> None:
    """NotApproved unless `needed` persons, by password if `verified`, said yes."""
    if not said:
        raise NotApproved("content_differs", event=event)
    counted = [each for each in said if each.verified or not verified]
    if len(counted) < needed:
        key = "needs_password" if len(said) >= needed else "needs_second"
        raise NotApproved(key, event=event, needed=needed, count=len(counted), by=", ".join(each.by for each in said))


def release(connection: sa.Connection, batch_id: str, by: str, at: datetime, *, needed: int, verified: bool) -> None:
    """Let a batch go, when enough persons said yes to the files as they are now. NotApproved otherwise."""
    row = connection.execute(sa.select(batch).where(batch.c.id == batch_id)).one()
    said = approvals_of(connection, batch_id, content_of(connection, batch_id))
    require(row.event, said, needed=needed, verified=verified)
    if row.state == BatchState.approved:
        connection.execute(sa.update(batch).where(batch.c.id == batch_id).values(state=BatchState.released))
        letters = connection.execute(_letters_of(batch_id)).all()
        mark_used(connection, row.event, [(letter.code, letter.revision, letter.number) for letter in letters], at)
        _log(connection, row, (at, by, "batch_released"))
    elif row.state != BatchState.released:
        raise NotApproved("no_batch", event=row.event)


def handed_codes(connection: sa.Connection, event: str) -> set[str]:
    """Codes whose letter on paper somebody took: it has left."""
    return set(connection.scalars(sa.select(handover.c.code).where(handover.c.event == event)))


def sign(connection: sa.Connection, batch_id: str, signed: Sequence[SignedLetter], by: str, at: datetime) -> None:
    """Put the signed letters in the place of the frozen ones. Yeses to the unsigned files no longer count."""
    row = connection.execute(sa.select(batch).where(batch.c.id == batch_id)).one()
    if row.state not in (BatchState.frozen, BatchState.signed, BatchState.approved):
        raise NotApproved("sign_released", event=row.event)
    handed = handed_codes(connection, row.event)
    signed = [letter for letter in signed if letter.code not in handed]
    for letter in signed:
        this = sa.and_(invitation.c.batch_id == batch_id, invitation.c.code == letter.code)
        connection.execute(sa.update(invitation).where(this).values(signed_document=letter.document))
        if letter.outgoing is None:
            continue
        message = sa.and_(
            delivery.c.batch_id == batch_id,
            delivery.c.code == letter.code,
            delivery.c.kind == MessageKind.invitation,
            delivery.c.state.in_(NOT_LEFT),
        )
        connection.execute(sa.update(delivery).where(message).values(blob=letter.outgoing.blob))
    letters = connection.execute(_letters_of(batch_id)).all()
    came_back = {letter.code for letter in signed}
    used = [(each.code, each.revision, each.number) for each in letters if each.code in came_back]
    mark_used(connection, row.event, used, at)
    state = BatchState.signed if all(letter.signed_document for letter in letters) else BatchState.frozen
    values = {"state": state, "content": content_of(connection, batch_id)}
    connection.execute(sa.update(batch).where(batch.c.id == batch_id).values(**values))
    _log(connection, row, (at, by, "letters_signed"))


def _letters_of(batch_id: str) -> sa.Select[tuple[str, int, str, str | None]]:
    columns = (invitation.c.code, invitation.c.revision, invitation.c.number, invitation.c.signed_document)
    return sa.select(*columns).where(invitation.c.batch_id == batch_id)


def _log(connection: sa.Connection, row: sa.Row[tuple[object, ...]], act: tuple[datetime, str, str]) -> None:
    at, by, action = act
    detail = f"{row.size} · {row.id[:12]}"
    audit.append(connection, AuditEntry(at=at, actor=by, action=action, event=row.event, detail=detail))
