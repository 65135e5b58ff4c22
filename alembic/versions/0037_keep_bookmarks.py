"""Keep bookmarks: cases that one person wants to find again."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bookmarks_case_id_cases")),
        sa.PrimaryKeyConstraint("agent_id", "case_id", name=op.f("pk_bookmarks")),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
