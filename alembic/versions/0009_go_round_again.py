"""Let a clock of a case run for another round, and give a case back to its team."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "noted", "compensated", "paused", "resumed", "resolved", "pinged", "escalated"),
    *("delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.add_column("sla_clocks", sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_check_constraint("rounds_count", "sla_clocks", "round > 0")
    op.drop_index("uq_sla_clocks_promised", "sla_clocks")
    op.create_index(
        "uq_sla_clocks_promised",
        "sla_clocks",
        ["case_id", "kind", "round"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
