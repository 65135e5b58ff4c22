"""Keep Homes."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

WORDS = {
    "whose": ("mine", "unassigned", "all"),
    "kind": ("complaint", "compliment", "query"),
    "status": ("open", "in progress", "resolved"),
    "priority": ("low", "normal", "high", "urgent"),
    "ordered_by": ("nearest deadline", "most urgent", "longest open", "newest"),
}


def upgrade() -> None:
    op.create_table(
        "homes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("whose", sa.String(32), server_default="mine", nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("status", sa.String(32), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("priority", sa.String(32), nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=True),
        sa.Column("ordered_by", sa.String(32), server_default="nearest deadline", nullable=False),
        sa.Column("page", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_event", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reach", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("view_hash", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(sa.column(name).in_(words), name=name) for name, words in WORDS.items()),
        sa.CheckConstraint("page > 0", name=op.f("ck_homes_pages_count")),
        sa.CheckConstraint("status <> 'resolved'", name=op.f("ck_homes_shows_what_is_to_do")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homes")),
        sa.UniqueConstraint("agent_id", name=op.f("uq_homes_agent_id")),
    )
    op.create_index("ix_homes_opened_at", "homes", ["opened_at"])
    op.create_index(
        "ix_cases_unassigned",
        "cases",
        ["team", "priority", "opened_at"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_cases_resolved",
        "cases",
        ["team", "kind", "resolved_at"],
        postgresql_where=sa.text("status = 'resolved'"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
