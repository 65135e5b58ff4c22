"""Keep which case was merged into which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "helper added", "helper removed", "noted", "note changed"),
    *("note removed", "compensated", "compensation revoked", "contacted", "paused", "resumed", "resolved"),
    *("reopened", "merged", "took in", "unmerged", "pinged", "breached", "escalated", "acknowledged"),
    *("admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)
REASONS = ("waiting for the customer", "waiting for a third party", "snoozed", "resolved", "merged")
PAUSES_END = (
    *("resumed", "its time came", "the customer answered", "the case was resolved"),
    *("the case was reopened", "the case was merged", "the merge was undone"),
)
ESCALATIONS_END = (
    *("the case was resolved", "the case was merged", "what was promised is done", "there is more time"),
    "another one goes on",
)
CHECKS = (
    ("case_events", "kind", KINDS),
    ("sla_pauses", "reason", REASONS),
    ("sla_pauses", "ended_because", PAUSES_END),
    ("escalations", "ended_because", ESCALATIONS_END),
)


def upgrade() -> None:
    for table, column, values in CHECKS:
        op.drop_constraint(column, table, type_="check")
        op.create_check_constraint(column, table, sa.column(column).in_(values))
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("clocks", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("case_id <> into_id", name=op.f("ck_merges_two_cases")),
        sa.CheckConstraint(
            "(undone_at is null) = (undone_by is null)", name=op.f("ck_merges_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_merges_case_id_cases")),
        sa.ForeignKeyConstraint(["into_id"], ["cases.id"], name=op.f("fk_merges_into_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    stands = sa.text("undone_at is null")
    op.create_index("uq_merges_standing", "merges", ["case_id"], unique=True, postgresql_where=stands)
    op.create_index("ix_merges_into_id", "merges", ["into_id"], postgresql_where=stands)


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
