"""Apply clicks in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TOPICS = ("holder", "helpers", "priority", "kind", "wait", "end")


def upgrade() -> None:
    op.create_table(
        "latest_clicks",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.CheckConstraint(sa.column("topic").in_(TOPICS), name="topic"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_latest_clicks_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "agent_id", "topic", name=op.f("pk_latest_clicks")),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
