"""Approved translations, read without the store: looking at a list must not wait for SQLAlchemy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from invites.errors import SchemaTooOld, StoreError


def approved_translations(path: Path) -> frozenset[tuple[str, str]]:
    """Every (language, version) that the database at `path` says is approved; none when there is no database.

    SchemaTooOld when it knows no approvals yet, StoreError when it can't be read.
    """
    if not path.exists():
        return frozenset()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'translation_approval'").fetchone():
                raise SchemaTooOld("schema_too_old", found="-")
            return frozenset(connection.execute("SELECT language, version FROM translation_approval").fetchall())
    except sqlite3.Error as error:
        raise StoreError("database_trouble", path=path, reason=error) from error
