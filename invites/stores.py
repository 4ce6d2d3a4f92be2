"""What the stations need from the database, by noun, as small interfaces. store/ implements them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from invites.model.audit import AuditEntry
from invites.model.batch import Approval, Batch, Invitation
from invites.model.delivery import Delivery, DeliveryState, Outcome
from invites.model.frozen import FrozenLetter, Outgoing, Planned, SignedLetter
from invites.model.handover import Handover
from invites.model.number import LetterNumber
from invites.model.reply import NewReply, Reply
from invites.model.translation import TranslationApproval
from invites.model.user import Role, User
from invites.model.verification import Verification


class BatchStore(Protocol):
    """Batches and the invitations in them."""

    def freeze(
        self,
        batch: Batch,
        letters: Sequence[Planned],
        *,
        gone: Collection[str] | None = None,
        kept: Collection[str] = (),
    ) -> None:
        """All rows in one transaction. The same batch again adds nothing; a letter that has left, or may
        have, is never touched. `gone`: the codes whose letters were known to have left when this batch was
        made; NotApproved when meanwhile others did. `kept`: those of them whose mail may still wait and shall go."""

    def approve(self, batch_id: str, yes: Approval, *, needed: int = 1) -> None:
        """Record one person's yes to the files as they lie there; with `needed` persons the batch is approved.
        NotApproved when the files differ from what the person saw, or when the author would be the second."""

    def release(self, batch_id: str, by: str, at: datetime, *, needed: int = 1, verified: bool = False) -> None:
        """Let its messages go, when `needed` persons (by password, if `verified`) said yes to exactly these
        files; else NotApproved. Idempotent."""

    def sign(self, batch_id: str, letters: Sequence[SignedLetter], by: str, at: datetime) -> None:
        """Put signed letters in the place of the frozen ones; what was approved before no longer is."""

    def frozen(self, batch_id: str) -> Sequence[FrozenLetter]:
        """The letters of a batch as they were frozen, with what lies beside them."""

    def letters(self, event: str) -> Sequence[FrozenLetter]:
        """The letters of this event that stand, of whatever batch, in no particular order."""

    def current(self, event: str) -> Batch | None:
        """The newest batch of this event that is not superseded."""

    def events(self) -> Sequence[Batch]:
        """The current batch of every event."""

    def invitations(self, event: str) -> Sequence[Invitation]:
        """The invitations of this event that stand, at most one a recipient, in no particular order."""

    def invitation(self, event: str, code: str) -> Invitation | None:
        """The invitation of one recipient that stands."""

    def document(self, event: str, code: str) -> str | None:
        """sha256 of the PDF that this embassy's current invitation carries."""

    def live_link(self, event: str, code: str) -> tuple[int, str] | None:
        """(version, fingerprint of the key that derives it) of the live reply link, if there is one."""

    def verification_key(self, event: str, code: str, revision: int) -> str | None:
        """Fingerprint of the key that derives this letter's verification code, once it was frozen."""

    def find_letter(self, code_hash: str) -> Verification | None:
        """The letter with this keyed hash of a verification code, when it was signed, printed or sent."""

    def find_link(self, token_hash: str) -> tuple[str, str] | None:
        """(event, code) of the live link with this keyed hash."""


class DeliveryStore(Protocol):
    """The outbox. Every change names the attempt that it belongs to."""

    def due(
        self, now: datetime, *, event: str | None = None, limit: int = 100, verified: int = 0
    ) -> Sequence[Delivery]:
        """queued, or deferred with next_attempt_at reached, of released batches; least tried first, then oldest.
        `verified`: only of batches that so many persons approved by password."""

    def claim(
        self, delivery: Delivery, worker: str, date_header: str, at: datetime, *, verified: int = 0
    ) -> Future[bool]:
        """The marker: to `sending`, attempt n+1, only from queued/deferred at attempt n and only while the
        invitation stands and so many persons approved it by password. True after COMMIT, when exactly this row
        changed."""

    def settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        outcome: Outcome,
        at: datetime,
        *,
        claimed: bool,
        counted: bool = False,
        next_attempt_at: datetime | None = None,
    ) -> Future[bool]:
        """What the try came to; `claimed` tells whether its marker was committed, `counted` whether the try counts
        against the letter. False when the row is no longer at this attempt, or holds other bytes by now."""

    def reclaim(self, at: datetime) -> int:
        """`sending` rows of workers that hold no relay any more, or whose process ended, become unknown: their
        dot may have left."""

    def of_event(self, event: str) -> Sequence[Delivery]:
        """Every delivery of this event, confirmations included."""

    def enqueue(self, outgoing: Outgoing, *, event: str, code: str, revision: int, number: int) -> None:
        """Queue a message outside any batch, which follows from reply `number` (a confirmation); the same key twice
        adds nothing, nor does that of a reply which is no longer the latest; an earlier one that still waits is
        withdrawn."""


class ReplyStore(Protocol):
    """Append-only history of answers."""

    def record(self, new: NewReply, *, version: int | None, reference: Callable[[int], str]) -> Reply:
        """Append. `version` is the id of the reply that the form was loaded with (0: none, None: don't
        compare); another one meanwhile raises ReplyConflict. `reference` makes the embassy's reference from
        the count of its replies. Durable when this returns."""

    def unconfirmed(self) -> Sequence[Reply]:
        """Replies that came over the link, are the latest of their embassy by whatever way, and whose confirmation
        is not queued yet."""

    def history(self, event: str, code: str | None = None) -> Sequence[Reply]:
        """Oldest first; of one embassy, or of all."""


class HandoverStore(Protocol):
    """Letters on paper."""

    def printed(
        self,
        event: str,
        documents: Mapping[str, str],
        by: str,
        at: datetime,
        *,
        needed: int = 1,
        verified: bool = False,
    ) -> None:
        """Record that exactly these letters (sha256 by code) were printed: their numbers are used from now on.
        NotApproved, and nothing recorded, unless `needed` persons (by password, if `verified`) approved each."""

    def prints(self, event: str) -> Mapping[str, Sequence[datetime]]:
        """When letters were printed, oldest first, by code."""

    def approved_since(self, event: str, code: str) -> datetime | None:
        """When the first approval was given of the letter that stands, or of its event where somebody took that
        letter already; None while it may not leave."""

    def record(self, new: Handover, *, replace: bool = False) -> Handover | None:
        """Record who took a letter. Returns what stood before; without `replace` that keeps standing, and nothing
        is written."""

    def of_event(self, event: str) -> Sequence[Handover]:
        """Every letter of this event that somebody took."""


class NumberStore(Protocol):
    """The register of letter numbers."""

    def reserve(
        self, event: str, revision: int, allot: Callable[[Sequence[LetterNumber]], Mapping[str, str]], at: datetime
    ) -> Mapping[str, str]:
        """Ask `allot` with every number known which letter gets which, by code, and keep its answer."""

    def all(self) -> Sequence[LetterNumber]:
        """The register, in the order in which numbers were reserved."""


class TranslationStore(Protocol):
    """Approvals of translations."""

    def approve(self, approval: TranslationApproval, *, level: str) -> bool:
        """Record it; `level` says in the audit log which review it was. False when that version has one."""

    def approved(self, language: str, version: str) -> bool:
        """Whether exactly this version has an approval."""

    def languages(self) -> frozenset[str]:
        """The languages that have any approval."""

    def of(self, language: str) -> Sequence[TranslationApproval]:
        """Every approval of a language, oldest first."""


class UserStore(Protocol):
    """Desk users and their sessions."""

    def add(self, name: str, role: Role, password: str, *, by: str, at: datetime) -> bool:
        """Add a user, or give an existing one a new password and end its sessions. True when the user is new."""

    def check(self, name: str, password: str) -> User | None:
        """The user, when the password is right; takes as long when there is no such user."""

    def open_session(self, token_hash: str, name: str, *, now: datetime, expires_at: datetime) -> None:
        """Remember a session by the hash of its cookie."""

    def session_user(self, token_hash: str, now: datetime) -> User | None:
        """Whose session this is, unless it has expired."""

    def close_session(self, token_hash: str) -> None:
        """Log out."""


class AuditStore(Protocol):
    """The hash-chained log."""

    def add(self, entry: AuditEntry) -> None:
        """Append; the chain hash is computed here."""

    def entries(self, event: str | None = None) -> Sequence[AuditEntry]:
        """Oldest first."""

    def broken_at(self) -> int | None:
        """Position (from 1) of the first entry that the chain does not hold, or None."""


class Leases(Protocol):
    """One process sends per relay."""

    def identify(self) -> str:
        """A fresh name for a worker of this process."""

    def take(self, relay: str, worker: str, now: datetime) -> bool:
        """True when this worker now holds the relay; a dead or expired holder is replaced."""

    def beat(self, relay: str, worker: str, now: datetime) -> bool:
        """Heartbeat. False when somebody else holds it now."""

    def drop(self, relay: str, worker: str) -> None:
        """Give it back."""


class Store(Protocol):
    """The database, by noun."""

    @property
    def batches(self) -> BatchStore: ...
    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def numbers(self) -> NumberStore: ...
    @property
    def replies(self) -> ReplyStore: ...
    @property
    def translations(self) -> TranslationStore: ...
    @property
    def users(self) -> UserStore: ...
    @property
    def audit(self) -> AuditStore: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def handovers(self) -> HandoverStore: ...
