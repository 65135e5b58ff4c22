"""Know who helps on a case."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "helper added", "helper removed", "noted", "note changed"),
    *("note removed", "compensated", "compensation revoked", "contacted", "paused", "resumed", "resolved"),
    *("reopened", "pinged", "breached", "escalated", "acknowledged", "admins told", "extended"),
    *("taken over", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(KINDS))
    op.create_table(
        "helpers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_helpers_ended_by_somebody")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_helpers_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpers")),
    )
    runs = sa.text("ended_at is null")
    op.create_index(
        "uq_helpers_helping", "helpers", ["case_id", "agent_id"], unique=True, postgresql_where=runs
    )
    op.create_index("ix_helpers_agent_helping", "helpers", ["agent_id"], postgresql_where=runs)


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
