"""Answer in watched channels: a message of ours below one of somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

PURPOSES = (
    *("card", "line", "ping", "escalation", "approval", "nomination", "story", "admin", "team", "moved"),
    *("direct", "review", "checklist", "origin"),
)


def upgrade() -> None:
    op.add_column("messages", sa.Column("below_ts", sa.Text(), nullable=True))
    op.drop_constraint("purpose", "messages", type_="check")
    op.create_check_constraint("purpose", "messages", sa.column("purpose").in_(PURPOSES))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
