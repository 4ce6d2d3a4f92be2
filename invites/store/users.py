"""Desk users, their passwords (argon2id) and their server-side sessions."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.dialects.sqlite import insert

from invites.model.audit import AuditEntry
from invites.model.user import Role, User
from invites.store import audit
from invites.store.tables import session, user
from invites.store.writer import Writer

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class SqlUsers:
    """stores.UserStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def add(self, name: str, role: Role, password: str, *, by: str, at: datetime) -> bool:
        """Add a user, or give an existing one a new password and end its sessions; with its trace in the audit log.
        True when the user is new."""
        values = {"role": role.value, "password_hash": _HASHER.hash(password)}

        def unit(connection: sa.Connection) -> bool:
            known = connection.execute(sa.select(user.c.name).where(user.c.name == name)).one_or_none()
            statement = insert(user).values(name=name, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
            connection.execute(sa.delete(session).where(session.c.name == name))
            action = "password_changed" if known else "user_added"
            audit.append(connection, AuditEntry(at=at, actor=by, action=action, detail=f"{name} ({role})"))
            return known is None

        return self._writer.run(unit)

    def check(self, name: str, password: str) -> User | None:
        """The user, when the password is right."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(user).where(user.c.name == name)).one_or_none()
        try:
            # a name that nobody has costs the same time as a wrong password
            _HASHER.verify(row.password_hash if row else _NOBODY, password)
        except VerifyMismatchError:
            return None
        return User(name=row.name, role=Role(row.role)) if row else None

    def open_session(self, token_hash: str, name: str, *, now: datetime, expires_at: datetime) -> None:
        """Remember a session by the hash of its cookie, and forget those that have ended by `now`."""

        def unit(connection: sa.Connection) -> None:
            connection.execute(sa.delete(session).where(session.c.expires_at <= now))
            connection.execute(sa.insert(session).values(token_hash=token_hash, name=name, expires_at=expires_at))

        self._writer.run(unit)

    def session_user(self, token_hash: str, now: datetime) -> User | None:
        """Whose session this is, unless it has expired."""
        valid = sa.and_(session.c.token_hash == token_hash, session.c.expires_at > now)
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(user).join(session).where(valid)).one_or_none()
        return User(name=row.name, role=Role(row.role)) if row else None

    def close_session(self, token_hash: str) -> None:
        """Log out."""
        self._writer.run(
            lambda connection: connection.execute(sa.delete(session).where(session.c.token_hash == token_hash))
        )
