"""The chain of the audit log, and who may open the desk."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from invites.model.audit import AuditEntry
from invites.model.user import Role, User
from invites.store.database import SqlStore
from invites.store.tables import audit, session, user
from tests.scene import NOW


def test_a_changed_entry_breaks_the_chain_where_it_was_changed(store: SqlStore) -> None:
    for number in range(4):
        store.audit.add(AuditEntry(at=NOW, actor="Sari", action="test", detail=str(number)))
    assert store.audit.broken_at() is None
    store.writer.run(lambda c: c.execute(sa.update(audit).where(audit.c.detail == "2").values(actor="Budi")))
    assert store.audit.broken_at() == 3


def test_a_password_opens_for_its_user_only(store: SqlStore) -> None:
    store.users.add("budi", Role.organiser, "correct horse battery", by="sari", at=NOW)
    assert store.users.check("budi", "correct horse battery") == User(name="budi", role=Role.organiser)
    assert store.users.check("budi", "wrong") is None
    assert store.users.check("stranger", "correct horse battery") is None


def test_passwords_are_stored_as_argon2id(store: SqlStore) -> None:
    store.users.add("sari", Role.staff, "correct horse battery", by="sari", at=NOW)
    with store.engine.connect() as connection:
        stored = connection.scalar(sa.select(user.c.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")


def test_a_session_ends_by_time_by_logout_and_by_a_new_password(store: SqlStore) -> None:
    store.users.add("sari", Role.staff, "correct horse battery", by="sari", at=NOW)
    for token in ("one", "two", "three"):
        store.users.open_session(token, "sari", now=NOW, expires_at=NOW + timedelta(hours=8))
    assert store.users.session_user("one", NOW + timedelta(hours=9)) is None
    store.users.close_session("two")
    assert store.users.session_user("two", NOW) is None
    assert store.users.session_user("three", NOW) == User(name="sari", role=Role.staff)
    store.users.add("sari", Role.staff, "another long password", by="sari", at=NOW)
    assert store.users.session_user("three", NOW) is None


def test_who_may_open_the_desk_is_written_into_the_log(store: SqlStore) -> None:
    assert store.users.add("Budi", Role.organiser, "correct horse battery", by="root", at=NOW)
    assert not store.users.add("Budi", Role.organiser, "another long password", by="sari", at=NOW)
    told = [(entry.actor, entry.action, entry.detail) for entry in store.audit.entries()]
    assert told == [("root", "user_added", "Budi (organiser)"), ("sari", "password_changed", "Budi (organiser)")]
    assert store.audit.broken_at() is None


def test_a_new_session_clears_away_those_that_have_ended(store: SqlStore) -> None:
    store.users.add("sari", Role.staff, "correct horse battery", by="sari", at=NOW)
    hour = timedelta(hours=1)
    store.users.open_session("old", "sari", now=NOW, expires_at=NOW + hour)
    store.users.open_session("young", "sari", now=NOW, expires_at=NOW + 3 * hour)
    store.users.open_session("new", "sari", now=NOW + hour, expires_at=NOW + 9 * hour)
    with store.engine.connect() as connection:
        assert set(connection.scalars(sa.select(session.c.token_hash))) == {"young", "new"}
