"""Who may open the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user may do at the desk."""

    staff = "staff"
    organiser = "organiser"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A desk user; the password's hash never leaves the store."""

    name: str
    role: Role
