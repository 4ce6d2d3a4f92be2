"""Which letter a verification code belongs to."""

from __future__ import annotations

import sqlalchemy as sa

from invites.model.number import NumberState
from invites.model.verification import Verdict, Verification
from invites.store.rows import invitation_of
from invites.store.snapshots import event_from_json
from invites.store.tables import batch, invitation, letter_number, link


def find(connection: sa.Connection, code_hash: str) -> Verification | None:
    """The letter, when its number is in use: one that nobody signed, printed or sent yet proves nothing."""
    letter = sa.and_(
        invitation.c.event == link.c.event, invitation.c.code == link.c.code, invitation.c.revision == link.c.version
    )
    known = sa.and_(
        letter_number.c.event == invitation.c.event,
        letter_number.c.code == invitation.c.code,
        letter_number.c.revision == invitation.c.revision,
        letter_number.c.number == invitation.c.number,
        letter_number.c.state == NumberState.used,
    )
    query = (
        sa.select(invitation, batch.c.event_snapshot)
        .join(link, letter)
        .join(letter_number, known)
        .join(batch, batch.c.id == invitation.c.batch_id)
        .where(link.c.token_hash == code_hash, link.c.purpose == "verify", link.c.state == "live")
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    later = sa.select(letter_number.c.id).where(
        letter_number.c.event == row.event,
        letter_number.c.code == row.code,
        letter_number.c.revision > row.revision,
        letter_number.c.state == NumberState.used,
    )
    return Verification(
        verdict=Verdict.superseded if connection.execute(later).first() else Verdict.genuine,
        event=event_from_json(row.event_snapshot),
        invitation=invitation_of(row),
    )


def key_of(connection: sa.Connection, event: str, code: str, revision: int) -> str | None:
    """Fingerprint of the key behind this letter's code: what is printed stays when a new key comes."""
    mine = sa.and_(link.c.event == event, link.c.code == code, link.c.version == revision, link.c.purpose == "verify")
    found: str | None = connection.scalar(sa.select(link.c.key_fingerprint).where(mine, link.c.state == "live"))
    return found
