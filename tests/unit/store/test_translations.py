"""Approvals of translations: for one version, once, with a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from invites.errors import SchemaTooOld, StoreError
from invites.model.translation import TranslationApproval
from invites.store.approved import approved_translations
from invites.store.database import SqlStore
from tests.scene import NOW, new_store


def arabic(version: str = "a" * 64, by: str = "Sari") -> TranslationApproval:
    return TranslationApproval(language="ar", version=version, approved_by=by, at=NOW)


def test_an_approval_is_for_one_version_of_one_language(store: SqlStore) -> None:
    assert store.translations.approve(arabic(), level="native-required")
    assert store.translations.approved("ar", "a" * 64)
    assert not store.translations.approved("ar", "b" * 64)
    assert not store.translations.approved("hi", "a" * 64)
    assert store.translations.languages() == {"ar"}


def test_who_approved_first_stands(store: SqlStore) -> None:
    store.translations.approve(arabic(), level="native-required")
    assert not store.translations.approve(arabic(by="Budi"), level="native-required")
    assert store.translations.of("ar") == [arabic()]


def test_every_version_keeps_its_approval(store: SqlStore) -> None:
    for version in ("a" * 64, "b" * 64):
        store.translations.approve(arabic(version), level="native")
    assert [one.version[0] for one in store.translations.of("ar")] == ["a", "b"]


def test_an_approval_leaves_one_trace_in_the_audit_log(store: SqlStore) -> None:
    for _ in range(2):
        store.translations.approve(arabic(), level="native-required")
    (entry,) = store.audit.entries()
    assert (entry.at, entry.actor, entry.action) == (NOW, "Sari", "translation_approved")
    assert entry.detail == "ar aaaaaaaaaaaa native-required"
    assert store.audit.broken_at() is None


def test_approvals_are_read_without_opening_the_store_and_none_without_a_database(tmp_path: Path) -> None:
    assert approved_translations(tmp_path / "invites.db") == frozenset()
    assert list(tmp_path.iterdir()) == []
    store = new_store(tmp_path)
    store.translations.approve(arabic(), level="native")
    store.close()
    assert approved_translations(tmp_path / "invites.db") == {("ar", "a" * 64)}


def test_approvals_are_seen_while_another_command_has_the_store_open(store: SqlStore, tmp_path: Path) -> None:
    store.translations.approve(arabic(), level="native")
    assert approved_translations(tmp_path / "invites.db") == {("ar", "a" * 64)}


def test_a_database_that_knows_no_approvals_is_not_taken_for_one_without_any(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    store.writer.run(lambda connection: connection.execute(sa.text("DROP TABLE translation_approval")))
    store.close()
    with pytest.raises(SchemaTooOld):
        approved_translations(tmp_path / "invites.db")


def test_what_is_no_database_is_told_and_not_read_as_empty(tmp_path: Path) -> None:
    (tmp_path / "invites.db").write_text("not a database, but long enough to be looked at as one" * 20)
    with pytest.raises(StoreError, match="database_trouble"):
        approved_translations(tmp_path / "invites.db")
