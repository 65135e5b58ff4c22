"""Know what bursts are about: what was said in each, for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("echoes", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.add_column("echoes", sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_echoes_parent_id_bursts"), "echoes", "bursts", ["parent_id"], ["parent_id"]
    )
    op.create_index(
        "ix_echoes_parent_id",
        "echoes",
        ["parent_id", "at"],
        postgresql_where=sa.text("parent_id is not null"),
    )
    op.create_index(
        "ix_echoes_waiting",
        "echoes",
        ["parent_id"],
        postgresql_where=sa.text("parent_id is not null and gathered_at is null"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
