"""Know what feedback is about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sentiments", sa.Column("themes", JSONB(), server_default="[]", nullable=False))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
