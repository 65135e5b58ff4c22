"""Know which promise a case is under, and withdraw a clock when that changes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "priority changed", "kind changed", "noted"),
    *("compensated", "resolved", "pinged", "escalated", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("promise", sa.Text(), nullable=True))
    op.add_column(
        "sla_clocks",
        sa.Column("is_round_the_clock", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("sla_clocks", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update sla_clocks set is_round_the_clock = true where hours = '24/7' and time_zone = 'UTC'")
    op.create_check_constraint(
        "withdrawn_is_stopped", "sla_clocks", "withdrawn_at is null or withdrawn_at = stopped_at"
    )
    op.drop_constraint("uq_sla_clocks_case_id_kind", "sla_clocks", type_="unique")
    op.create_unique_constraint(
        "uq_sla_clocks_case_id_kind_withdrawn_at",
        "sla_clocks",
        ["case_id", "kind", "withdrawn_at"],
        postgresql_nulls_not_distinct=True,
    )
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
