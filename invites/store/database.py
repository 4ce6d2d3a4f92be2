"""Opening the database: never created by accident, never on a network file system, never with another key."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from invites.errors import ConfigurationError, SchemaTooNew, SchemaTooOld, StoreError
from invites.store import tables
from invites.store.audit import SqlAudit
from invites.store.batches import SqlBatches
from invites.store.deliveries import SqlDeliveries
from invites.store.handovers import SqlHandovers
from invites.store.leases import SqlLeases
from invites.store.numbers import SqlNumbers
from invites.store.replies import SqlReplies
from invites.store.translations import SqlTranslations
from invites.store.users import SqlUsers
from invites.store.writer import Writer

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"}


class SqlStore:
    """stores.Store on SQLite."""

    def __init__(self, engine: sa.Engine, *, key_fingerprint: str) -> None:
        self.engine = engine
        self.writer = Writer(engine)
        self.batches = SqlBatches(engine, self.writer, key_fingerprint)
        self.deliveries = SqlDeliveries(engine, self.writer)
        self.numbers = SqlNumbers(engine, self.writer)
        self.replies = SqlReplies(engine, self.writer)
        self.translations = SqlTranslations(engine, self.writer)
        self.users = SqlUsers(engine, self.writer)
        self.audit = SqlAudit(engine, self.writer)
        self.leases = SqlLeases(self.writer)
        self.handovers = SqlHandovers(engine, self.writer)

    def close(self) -> None:
        """Finish the writer and let go of the file."""
        self.writer.close()
        self.engine.dispose()


def create(path: Path, *, key_fingerprint: str) -> None:
    """Make a new database at `path`. StoreError when a file is there already."""
    if path.exists():
        raise StoreError("database_exists", path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    engine = _engine(path)
    with engine.connect() as connection:
        _migrate(connection)
        connection.execute(sa.insert(tables.meta).values(key="link_key", value=key_fingerprint))
    engine.dispose()


def open_store(path: Path, *, key_fingerprints: Sequence[str]) -> SqlStore:
    """The store at `path`; read and write, never created. `key_fingerprints`: of the link keys in use, the
    first of which derives new links.

    StoreError when it is missing or on a network file system, SchemaTooOld or SchemaTooNew when it fits
    another version, ConfigurationError when a key that its links come from is not among the link keys.
    """
    if not path.exists():
        raise StoreError("no_database", path=path)
    _refuse_network(path)
    engine = _engine(path)
    try:
        with engine.connect() as connection:
            _check_schema(connection)
            _check_keys(connection, key_fingerprints)
    except Exception:
        engine.dispose()
        raise
    return SqlStore(engine, key_fingerprint=key_fingerprints[0])


def _engine(path: Path) -> sa.Engine:
    # AUTOCOMMIT: the writer says BEGIN IMMEDIATE itself, and a read never holds a transaction open.
    # hide_parameters: a traceback must not print what an embassy typed
    engine = sa.create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT", hide_parameters=True)

    @sa.event.listens_for(engine, "handle_error")
    def _told(context: sa.engine.ExceptionContext) -> None:
        if isinstance(context.original_exception, sqlite3.OperationalError):
            raise StoreError("database_trouble", path=path, reason=context.original_exception) from None

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection, _record) -> None:  # type: ignore[no-untyped-def]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _migrate(connection: sa.Connection) -> None:
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_schema(connection: sa.Connection) -> None:
    scripts = ScriptDirectory.from_config(_alembic())
    found = MigrationContext.configure(connection).get_current_revision()
    if found == scripts.get_current_head():
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if found is None or found in known:
        raise SchemaTooOld("schema_too_old", found=found or "-")
    raise SchemaTooNew("schema_too_new", found=found)


def _check_keys(connection: sa.Connection, in_use: Sequence[str]) -> None:
    first = sa.select(tables.meta.c.value).where(tables.meta.c.key == "link_key")
    needed = connection.scalars(sa.union(first, sa.select(tables.link.c.key_fingerprint)))
    if not set(needed) <= set(in_use):
        raise ConfigurationError("link_key_changed", setting="INVITES_LINK_KEYS")


def _refuse_network(path: Path) -> None:
    """SQLite's WAL needs shared memory between processes, which a network file system can't give."""
    if not _MOUNTS.exists():
        return
    best, kind = "", ""
    for line in _MOUNTS.read_text().splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4]
        inside = str(path.resolve()).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0]
    if kind in _NETWORK:
        raise StoreError("network_file_system", path=path, kind=kind)
