"""Let notes follow their messages, and keep the files that were shared with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "noted", "note changed", "note removed", "compensated"),
    *("contacted", "paused", "resumed", "resolved", "reopened", "pinged", "breached", "escalated"),
    *("acknowledged", "admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(KINDS))
    files = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("notes", sa.Column("files", files, server_default=sa.text("'[]'::jsonb"), nullable=False))
    op.add_column("notes", sa.Column("edited_ts", sa.Text(), nullable=True))
    op.add_column("notes", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("has_text", "notes", type_="check")
    op.create_check_constraint("says_something", "notes", "text <> '' or files <> '[]'::jsonb")


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
