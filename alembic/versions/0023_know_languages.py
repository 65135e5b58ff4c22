"""Know which language feedback is in, and whether a model reads it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sentiments", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("sentiments", sa.Column("is_read", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
