"""Learn themes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme_lessons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("right_before", sa.Float(), nullable=False),
        sa.Column("right_after", sa.Float(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("0 <= texts and texts <= told", name=op.f("ck_theme_lessons_texts_were_told")),
        sa.CheckConstraint(
            "weights is null or right_after > right_before",
            name=op.f("ck_theme_lessons_only_what_is_better"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_lessons")),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
