"""Know why a case was one."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outcomes", sa.Column("theme", sa.Text(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
