"""Keep a ledger of pauses, and let a deadline be unknown while one without an end lasts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "priority changed", "kind changed", "moved", "noted"),
    *("compensated", "paused", "resumed", "resolved", "pinged", "escalated"),
    *("delivery failed", "delivery mended"),
)
REASONS = ("waiting for the customer", "waiting for a third party", "snoozed", "resolved")
ENDS = (
    *("resumed", "its time came", "the customer answered"),
    *("the case was resolved", "the case was reopened"),
)


def upgrade() -> None:
    op.alter_column("sla_clocks", "due_at", nullable=True)
    op.create_table(
        "sla_pauses",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_because", sa.String(32), nullable=True),
        sa.CheckConstraint(sa.column("reason").in_(REASONS), name="reason"),
        sa.CheckConstraint(sa.column("ended_because").in_(ENDS), name="ended_because"),
        sa.CheckConstraint("ended_at >= started_at", name="ends_after_it_starts"),
        sa.CheckConstraint("until > started_at", name="lasts"),
        sa.CheckConstraint("(ended_at is null) = (ended_because is null)", name="has_a_reason_to_end"),
        sa.CheckConstraint("(reason = 'snoozed') = (until is not null)", name="only_snoozing_has_an_end"),
    )
    is_open = sa.text("ended_at is null")
    op.create_index("uq_sla_pauses_open", "sla_pauses", ["case_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_sla_pauses_until", "sla_pauses", ["until"], postgresql_where=is_open)
    op.create_index("ix_sla_pauses_case_id", "sla_pauses", ["case_id"])
    op.create_index("ix_sla_pauses_started_at", "sla_pauses", ["started_at"])
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
