"""Rows of a result as values of the model."""

from __future__ import annotations

from typing import Any

from invites.model.batch import Invitation
from invites.store.snapshots import recipient_from_json


def invitation_of(row: Any) -> Invitation:
    """An Invitation from a row of its table."""
    return Invitation(
        event=row.event,
        code=row.code,
        revision=row.revision,
        number=row.number,
        sequence=row.sequence,
        recipient=recipient_from_json(row.recipient_snapshot),
    )
