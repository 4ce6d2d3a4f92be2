"""An invitation (event × recipient × revision) and a batch: one frozen set, with who approved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from invites.model.event import Event
from invites.model.recipient import Recipient


class BatchState(StrEnum):
    """Where a batch stands."""

    #: planned, may still change
    draft = "draft"
    #: numbers, dates, every PDF and MIME part but `Date` are fixed and stored
    frozen = "frozen"
    #: every letter came back signed
    signed = "signed"
    #: as many persons as it takes approved the hash over the files that will leave
    approved = "approved"
    #: at least one message may have left
    released = "released"
    #: a newer batch took its place before anything left
    superseded = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Event × recipient × revision, unique: planning twice adds nothing."""

    event: str
    code: str
    revision: int
    number: str
    recipient: Recipient
    #: SEQUENCE of the calendar entry (RFC 5546 §3.2.5), monotonic by (event, recipient)
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """sha256 of what a batch was made from; any change voids the approval."""

    recipients: str
    event: str
    templates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's yes to `content`. `verified`: by password, as a live send needs it."""

    by: str
    at: datetime
    content: str
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One frozen set. `id` is the hash over the files as they were frozen, `content` over those that will
    leave: a signature changes it. `frozen_by` is the author; `approvals` are those of `content`, oldest first.
    """

    id: str
    event: Event
    revision: int
    state: BatchState
    digests: Digests
    size: int
    created_at: datetime
    content: str = ""
    frozen_by: str = ""
    approvals: tuple[Approval, ...] = ()

    @property
    def approved_by(self) -> str:
        """Everybody who approved, in words for people."""
        return ", ".join(approval.by for approval in self.approvals)

    def verified(self) -> int:
        """How many persons approved by password."""
        return sum(approval.verified for approval in self.approvals)
