"""The tables. Migrations build them; a test proves that both agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant as UTC text of fixed width, so that it sorts as text in every database."""

    impl = sa.String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        """To "2026-11-24T03:16:41.000000Z"."""
        return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        """Back to an aware datetime in UTC."""
        return None if value is None else datetime.fromisoformat(value)


meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)

batch = sa.Table(
    "batch",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("ordinal", sa.Integer, nullable=False, unique=True),
    sa.Column("event", sa.String, nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("event_snapshot", sa.Text, nullable=False),
    sa.Column("recipients_digest", sa.String(64), nullable=False),
    sa.Column("event_digest", sa.String(64), nullable=False),
    sa.Column("templates_digest", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("approved_by", sa.String, nullable=False, server_default=""),
    sa.Column("approved_at", Instant),
    #: the author: may approve, but not as the second person
    sa.Column("frozen_by", sa.String, nullable=False, server_default=""),
    #: hash over the files that will leave; a signature changes it, and voids approvals of another
    sa.Column("content", sa.String(64), nullable=False, server_default=""),
)

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch_id", sa.String(64), sa.ForeignKey("batch.id"), nullable=False),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("approved_by", sa.String, nullable=False),
    #: whether the person's password was asked for; a live send needs it
    sa.Column("verified", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("batch_id", "content", "approved_by"),
)

invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("batch_id", sa.String(64), sa.ForeignKey("batch.id"), nullable=False, index=True),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("recipient_snapshot", sa.Text, nullable=False),
    sa.Column("document", sa.String(64), nullable=False),
    sa.Column("document_size", sa.Integer, nullable=False),
    #: sha256 of the letter as it came back signed; NULL while it has not
    sa.Column("signed_document", sa.String(64)),
    #: when it was taken back before it left; NULL while it stands
    sa.Column("withdrawn_at", Instant),
    sa.UniqueConstraint("event", "code", "revision"),
)

#: what lies in the envelope beside the letter, as PDF files of their own
enclosure = sa.Table(
    "enclosure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("form", sa.String, nullable=False),
    sa.Column("document", sa.String(64), nullable=False),
    sa.Column("document_size", sa.Integer, nullable=False),
    sa.UniqueConstraint("event", "code", "revision", "form"),
)

letter_number = sa.Table(
    "letter_number",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("number", sa.String, nullable=False, index=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("event", "code", "revision", "number"),
)

translation_approval = sa.Table(
    "translation_approval",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("approved_by", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("language", "version"),
)

handover = sa.Table(
    "handover",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("handed_to", sa.String, nullable=False),
    sa.Column("handed_at", Instant, nullable=False),
    sa.Column("recorded_by", sa.String, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.UniqueConstraint("event", "code", "revision"),
)

link = sa.Table(
    "link",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False, server_default="reply"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("key_fingerprint", sa.String(16), nullable=False),
    sa.Column("state", sa.String, nullable=False, server_default="live"),
    sa.UniqueConstraint("event", "code", "purpose", "version"),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    #: NULL for messages outside any batch (confirmations)
    sa.Column("batch_id", sa.String(64), sa.ForeignKey("batch.id"), index=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    #: of these bytes, that count against them; `attempt` is the fence and only grows
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("mail_from", sa.String, nullable=False),
    sa.Column("rcpt_to", sa.String, nullable=False),
    sa.Column("message_id", sa.String, nullable=False, unique=True),
    sa.Column("blob", sa.String(64), nullable=False),
    sa.Column("date_header", sa.String),
    sa.Column("next_attempt_at", Instant),
    sa.Column("worker", sa.String),
    sa.Column("reply_code", sa.Integer),
    sa.Column("reply_text", sa.String, nullable=False, server_default=""),
    sa.Column("updated_at", Instant),
    sa.UniqueConstraint("event", "code", "revision", "kind", "round"),
    sa.Index("ix_delivery_due", "state", "next_attempt_at"),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("delivery_id", sa.Integer, sa.ForeignKey("delivery.id"), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("worker", sa.String, nullable=False),
    sa.Column("marked_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("moment", sa.String),
    sa.Column("phase", sa.String),
    sa.Column("reply_code", sa.Integer),
    sa.Column("reply_text", sa.String),
    sa.UniqueConstraint("delivery_id", "attempt"),
)

reply = sa.Table(
    "reply",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("ref", sa.String, nullable=False, unique=True),
    sa.Column("verb", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("delegate_count", sa.Integer, nullable=False),
    sa.Column("spouse", sa.Boolean, nullable=False),
    sa.Column("names_to_follow", sa.Boolean, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("recorded_by", sa.String, nullable=False),
    sa.Column("source_ref", sa.String, nullable=False, server_default=""),
    sa.Column("language", sa.String, nullable=False, server_default=""),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    #: names, diet, remarks, contact: erasing empties that row and breaks no history
    sa.Column("personal_id", sa.String(32), sa.ForeignKey("personal.id"), nullable=False),
    sa.UniqueConstraint("event", "code", "number"),
)

personal = sa.Table(
    "personal",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
)

user = sa.Table(
    "user_account",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("password_hash", sa.String, nullable=False),
)

session = sa.Table(
    "user_session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("name", sa.String, sa.ForeignKey("user_account.name"), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("relay", sa.String, primary_key=True),
    sa.Column("worker", sa.String, nullable=False),
    sa.Column("beat_at", Instant, nullable=False),
)
