"""Who did what and when; each entry holds the hash of the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. `detail` is short and holds no personal data, no link and no secret."""

    at: datetime
    actor: str
    action: str
    event: str = ""
    code: str = ""
    detail: str = ""
    hash: str = ""
