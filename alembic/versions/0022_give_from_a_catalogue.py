"""Give from a catalogue: which entry, how much of it, until when, and in which words."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("compensations", sa.Column("offer", sa.Text(), nullable=True))
    op.add_column("compensations", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("compensations", sa.Column("quantity", sa.Text(), nullable=True))
    op.add_column("compensations", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("compensations", sa.Column("text", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
