"""Which version of which language somebody has approved."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from invites.model.audit import AuditEntry
from invites.model.translation import TranslationApproval
from invites.store import audit
from invites.store.tables import translation_approval
from invites.store.writer import Writer

_SHORT = 12


class SqlTranslations:
    """stores.TranslationStore."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer

    def approve(self, approval: TranslationApproval, *, level: str) -> bool:
        """Record it, with a trace in the audit log that says who read it. False when that version has one."""
        values = {name: getattr(approval, name) for name in ("language", "version", "approved_by", "at")}
        entry = AuditEntry(
            at=approval.at,
            actor=approval.approved_by,
            action="translation_approved",
            detail=f"{approval.language} {approval.version[:_SHORT]} {level}",
        )

        def unit(connection: sa.Connection) -> bool:
            statement = insert(translation_approval).values(**values).on_conflict_do_nothing()
            fresh = connection.execute(statement).rowcount == 1
            if fresh:
                audit.append(connection, entry)
            return fresh

        return self._writer.run(unit)

    def approved(self, language: str, version: str) -> bool:
        """Whether exactly this version has an approval."""
        query = sa.select(sa.exists().where(_is(language), translation_approval.c.version == version))
        with self._engine.connect() as connection:
            return bool(connection.scalar(query))

    def languages(self) -> frozenset[str]:
        """The languages that have any approval."""
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(sa.select(translation_approval.c.language).distinct()))

    def of(self, language: str) -> Sequence[TranslationApproval]:
        """Every approval of a language, oldest first."""
        query = sa.select(translation_approval).where(_is(language)).order_by(translation_approval.c.id)
        with self._engine.connect() as connection:
            return [
                TranslationApproval(language=row.language, version=row.version, approved_by=row.approved_by, at=row.at)
                for row in connection.execute(query)
            ]


def _is(language: str) -> sa.ColumnElement[bool]:
    return translation_approval.c.language == language
