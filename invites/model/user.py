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
    """A desk user; `password_hash` is argon2id."""

    name: str
    role: Role
    password_hash: str
