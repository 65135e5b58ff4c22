"""Find what a case owes Slack without reading what it does not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_messages_owed", "messages")
    op.create_index(
        "ix_messages_owed",
        "messages",
        ["case_id", "id"],
        postgresql_where=sa.text("ts is null or shown_version < wanted_version"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
