"""Find escalations to which nobody sees."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_escalations_unseen",
        "escalations",
        ["id"],
        postgresql_where=sa.text("acknowledged_at is null and ended_at is null"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
