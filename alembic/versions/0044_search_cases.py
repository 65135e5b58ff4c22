"""Search cases: a document of each, the words that stand in them, and how far they are written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_documents",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("vector", TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_documents")),
    )
    op.create_table(
        "document_languages",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_document_languages")),
    )
    op.create_table(
        "known_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("variants", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_known_words")),
    )
    at_once = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
    op.create_index("ix_case_documents_vector", "case_documents", ["vector"], **at_once)
    op.create_index("ix_known_words_variants", "known_words", ["variants"], **at_once)
    progress = op.create_table(
        "document_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_document_progress_is_the_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_progress")),
    )
    latest = "(select coalesce(max(id), 0) from case_events)"
    op.execute(
        sa.insert(progress).from_select(
            ["id", "event_id", "case_id"], sa.select(sa.literal(1), sa.text(latest), sa.literal(0))
        )
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
