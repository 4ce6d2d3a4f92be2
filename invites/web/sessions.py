"""Desk sessions: the cookie holds a random token, the database its keyed hash, so neither opens the other."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from invites.model.user import User
from invites.ports import Clock
from invites.stores import UserStore

_LIFETIME = timedelta(hours=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Logins that last a working day. Another `key` ends them all."""

    users: UserStore
    clock: Clock
    key: bytes = field(repr=False)

    def check(self, name: str, password: str) -> User | None:
        """The user, when the password is right."""
        return self.users.check(name, password)

    def open(self, user: User) -> str:
        """A new session; returns the token for its cookie."""
        token = secrets.token_urlsafe(32)
        now = self.clock.now()
        self.users.open_session(self._hash(token), user.name, now=now, expires_at=now + _LIFETIME)
        return token

    def user(self, token: str) -> User | None:
        """Whose session this is, while it lasts."""
        return self.users.session_user(self._hash(token), self.clock.now())

    def close(self, token: str) -> None:
        """End it."""
        self.users.close_session(self._hash(token))

    def _hash(self, token: str) -> str:
        return hmac.new(self.key, token.encode(), "sha256").hexdigest()
