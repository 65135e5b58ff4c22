"""Order handovers from another system, each under one key."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compensation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_at is null or failed_at is null", name=op.f("ck_handover_orders_answered_or_failed")
        ),
        sa.ForeignKeyConstraint(
            ["compensation_id"],
            ["compensations.id"],
            name=op.f("fk_handover_orders_compensation_id_compensations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_orders")),
        sa.UniqueConstraint("compensation_id", name=op.f("uq_handover_orders_compensation_id")),
        sa.UniqueConstraint("key", name=op.f("uq_handover_orders_key")),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
