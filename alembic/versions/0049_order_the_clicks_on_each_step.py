"""Order the clicks on each step of a checklist."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TOPICS = ("holder", "helpers", "parts", "priority", "kind", "wait", "step", "end")


def upgrade() -> None:
    op.add_column(
        "latest_clicks", sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.drop_constraint(op.f("pk_latest_clicks"), "latest_clicks", type_="primary")
    op.create_primary_key(op.f("pk_latest_clicks"), "latest_clicks", ["case_id", "agent_id", "topic", "step"])
    op.drop_constraint("topic", "latest_clicks", type_="check")
    op.create_check_constraint("topic", "latest_clicks", sa.column("topic").in_(TOPICS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
