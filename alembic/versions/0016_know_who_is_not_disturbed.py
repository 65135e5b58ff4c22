"""Know who is not to be disturbed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiet_times",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(starts_at is null) = (until is null)", name=op.f("ck_quiet_times_has_both_or_neither")
        ),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_quiet_times")),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
