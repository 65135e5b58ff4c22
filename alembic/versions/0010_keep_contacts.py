"""Keep contacts with customers; at most one clock of a kind runs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "noted", "compensated", "contacted", "paused", "resumed", "resolved", "pinged", "escalated"),
    *("delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.create_index(
        "uq_sla_clocks_running",
        "sla_clocks",
        ["case_id", "kind"],
        unique=True,
        postgresql_where=sa.text("stopped_at is null"),
    )
    op.create_table(
        "interactions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("direction", sa.String(32), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(sa.column("direction").in_(("in", "out")), name="direction"),
        sa.CheckConstraint("direction = 'in' or words <> ''", name="ours_has_words"),
    )
    op.create_index("ix_interactions_case_id_id", "interactions", ["case_id", "id"])
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
