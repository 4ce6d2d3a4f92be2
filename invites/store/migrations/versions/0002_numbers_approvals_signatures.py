"""Numbers of letters, approvals by several persons, signed letters, reviewed translations, letters handed over."""

import sqlalchemy as sa
from alembic import op

from invites.store.tables import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen_by", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("content", sa.String(length=64), server_default="", nullable=False))
    op.execute("UPDATE batch SET content = id")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_document", sa.String(length=64), nullable=True))

    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_approval_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "batch_id", "content", "approved_by", name=op.f("uq_approval_batch_id_content_approved_by")
        ),
    )
    op.execute(
        "INSERT INTO approval (batch_id, content, approved_by, verified, at)"
        " SELECT id, id, approved_by, 0, approved_at FROM batch WHERE approved_at IS NOT NULL"
    )
    op.create_table(
        "letter_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_number")),
        sa.UniqueConstraint(
            "event", "code", "revision", "number", name=op.f("uq_letter_number_event_code_revision_number")
        ),
    )
    with op.batch_alter_table("letter_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_number_number"), ["number"], unique=False)
    op.execute(
        "INSERT INTO letter_number (event, code, revision, number, state, at)"
        " SELECT i.event, i.code, i.revision, i.number, 'used', b.created_at"
        " FROM invitation i JOIN batch b ON b.id = i.batch_id WHERE b.state = 'released'"
    )
    op.create_table(
        "enclosure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("document_size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enclosure")),
        sa.UniqueConstraint("event", "code", "revision", "form", name=op.f("uq_enclosure_event_code_revision_form")),
    )
    op.create_table(
        "translation_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_approval")),
        sa.UniqueConstraint("language", "version", name=op.f("uq_translation_approval_language_version")),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("handed_to", sa.String(), nullable=False),
        sa.Column("handed_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("event", "code", "revision", name=op.f("uq_handover_event_code_revision")),
    )
