"""Move a case to another team: the old place of its card is a message of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PURPOSES = ("card", "line", "ping", "escalation", "admin", "moved")
EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "priority changed", "kind changed", "moved", "noted"),
    *("compensated", "resolved", "pinged", "escalated", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.add_column("messages", sa.Column("thread_of", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_messages_thread_of_messages", "messages", "messages", ["thread_of"], ["id"])
    op.create_index(
        "ix_messages_moved", "messages", ["case_id"], postgresql_where=sa.text("purpose = 'moved'")
    )
    op.create_index(
        "ix_messages_thread_of",
        "messages",
        ["thread_of"],
        postgresql_where=sa.text("thread_of is not null"),
    )
    op.drop_constraint("purpose", "messages", type_="check")
    op.create_check_constraint("purpose", "messages", sa.column("purpose").in_(PURPOSES))
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
