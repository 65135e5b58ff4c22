"""Remember customers' attributes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'{}'::jsonb")
    op.add_column("customers", sa.Column("attributes", JSONB(), server_default=empty, nullable=False))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
