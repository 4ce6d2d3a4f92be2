"""One message's fate: its states, what each moment of an SMTP conversation means, one try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from invites.model.message import Envelope


class MessageKind(StrEnum):
    """What a message is for."""

    invitation = "invitation"
    calendar = "calendar"
    confirmation = "confirmation"
    copy = "copy"


class DeliveryState(StrEnum):
    """Where one message stands."""

    #: waits for its turn
    queued = "queued"
    #: the marker is committed: the final dot may have left
    sending = "sending"
    #: our relay took it
    sent = "sent"
    #: not taken this time; again at next_attempt_at
    deferred = "deferred"
    #: refused for good, with the server's words
    failed = "failed"
    #: the line broke after the final dot: nobody can know, a person or evidence decides
    unknown = "unknown"
    #: decided before the dot that it shall not go
    withdrawn = "withdrawn"


class Moment(StrEnum):
    """How one try ended, seen from the wire."""

    #: any 2xx to the dot
    taken = "taken"
    #: 4xx to MAIL, RCPT, DATA or the dot; 552 of a full mailbox
    refused_for_now = "refused_for_now"
    #: any other 5xx to RCPT, DATA or the dot
    refused = "refused"
    #: cut, timeout or garbage before the dot could leave
    lost_before_dot = "lost_before_dot"
    #: cut, garbage, 1xx, 3xx or silence after it
    lost_after_dot = "lost_after_dot"
    #: the relay itself is the matter: 554 greeting, AUTH, TLS, refused connection, 421 anywhere
    relay_unavailable = "relay_unavailable"
    #: the claim was not granted (someone else's, withdrawn, lease too short): nothing left
    not_claimed = "not_claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One try's end: the moment, the command it ended at ("rcpt", "dot", …), the server's code and words."""

    moment: Moment
    phase: str = ""
    reply_code: int | None = None
    reply_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Unique by (event, code, revision, kind, round). `blob` is the sha256 of the stored message. `attempt` numbers
    every try and only grows; `tries` are those of this very blob that count against it."""

    id: int
    event: str
    code: str
    revision: int
    kind: MessageKind
    round: int
    state: DeliveryState
    attempt: int
    tries: int = 0
    envelope: Envelope
    message_id: str
    blob: str
    #: RFC 5322 date, set at the first attempt and then re-used
    date_header: str | None = None
    next_attempt_at: datetime | None = None
    reply_code: int | None = None
    reply_text: str = ""
    updated_at: datetime | None = None
