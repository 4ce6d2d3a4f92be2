"""A translation that somebody has read and found good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationApproval:
    """One version of a language, 64 hexadecimal digits, and who approved it; it holds for no other version."""

    language: str
    version: str
    approved_by: str
    at: datetime
