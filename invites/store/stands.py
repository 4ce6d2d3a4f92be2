"""Which invitations stand: those of a batch that no other took the place of, unless they were taken back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from invites.model.batch import BatchState
from invites.store.tables import batch, invitation

_IN_FORCE = sa.and_(
    invitation.c.batch_id == batch.c.id,
    batch.c.state != BatchState.superseded,
    invitation.c.withdrawn_at.is_(None),
)


def of_event(event: str, *columns: Any) -> sa.Select[Any]:
    """These columns, or whole invitations, of those that stand."""
    return sa.select(*(columns or (invitation,))).join(batch, _IN_FORCE).where(invitation.c.event == event)


def numbers(event: str) -> sa.Select[tuple[str, int, str]]:
    """Code, revision and number of each."""
    return of_event(event, invitation.c.code, invitation.c.revision, invitation.c.number)
