"""Hear signals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sentiments", sa.Column("signals", JSONB(), server_default="[]", nullable=False))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
