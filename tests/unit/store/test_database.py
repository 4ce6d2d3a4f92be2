"""Opening: never by accident, never with another key or another schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from invites.errors import ConfigurationError, SchemaTooNew, SchemaTooOld, StoreError
from invites.store import database, tables
from invites.store.database import SqlStore, create, open_store
from invites.track import links
from tests.scene import KEY, batch, planned

FINGERPRINT = links.fingerprint(KEY)


def test_the_migrations_build_what_the_tables_say(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_a_missing_database_is_not_created_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no_database"):
        open_store(tmp_path / "invites.db", key_fingerprints=[FINGERPRINT])
    assert list(tmp_path.iterdir()) == []


def test_an_existing_database_is_not_overwritten(tmp_path: Path) -> None:
    create(tmp_path / "invites.db", key_fingerprint=FINGERPRINT)
    with pytest.raises(StoreError, match="database_exists"):
        create(tmp_path / "invites.db", key_fingerprint=FINGERPRINT)


def test_another_link_key_is_refused_since_all_printed_links_would_be_dead(tmp_path: Path) -> None:
    create(tmp_path / "invites.db", key_fingerprint=FINGERPRINT)
    with pytest.raises(ConfigurationError, match="INVITES_LINK_KEYS"):
        open_store(tmp_path / "invites.db", key_fingerprints=[links.fingerprint(b"x" * 32)])


def test_a_new_key_is_welcome_while_the_old_one_stays_in_the_list(tmp_path: Path) -> None:
    create(tmp_path / "invites.db", key_fingerprint=FINGERPRINT)
    open_store(tmp_path / "invites.db", key_fingerprints=[links.fingerprint(b"x" * 32), FINGERPRINT]).close()


def test_a_key_that_printed_links_come_from_may_not_leave_the_list(tmp_path: Path) -> None:
    create(tmp_path / "invites.db", key_fingerprint=FINGERPRINT)
    new = links.fingerprint(b"x" * 32)
    store = open_store(tmp_path / "invites.db", key_fingerprints=[new, FINGERPRINT])
    letters = [planned("JP")]
    store.batches.freeze(batch(letters), letters)
    store.close()
    with pytest.raises(ConfigurationError, match="INVITES_LINK_KEYS"):
        open_store(tmp_path / "invites.db", key_fingerprints=[FINGERPRINT])


@pytest.mark.parametrize(("revision", "error"), [(None, SchemaTooOld), ("9999", SchemaTooNew)])
def test_a_database_of_another_version_is_left_alone(
    tmp_path: Path, revision: str | None, error: type[StoreError]
) -> None:
    path = tmp_path / "invites.db"
    create(path, key_fingerprint=FINGERPRINT)
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM alembic_version")
        if revision:
            connection.execute("INSERT INTO alembic_version VALUES (?)", [revision])
    connection.close()
    with pytest.raises(error):
        open_store(path, key_fingerprints=[FINGERPRINT])


def test_a_commit_survives_power_loss_by_setting(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sa.text("PRAGMA synchronous")) == 2


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "share" / "invites.db"
    create(path, key_fingerprint=FINGERPRINT)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
        f"22 21 0:40 / {tmp_path / 'share'} rw shared:2 - nfs4 server:/share rw\n"
    )
    monkeypatch.setattr(database, "_MOUNTS", mounts)
    with pytest.raises(StoreError, match="network_file_system"):
        open_store(path, key_fingerprints=[FINGERPRINT])
