"""Ask people how feedback feels, and keep what they say."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PURPOSES = ("card", "line", "ping", "escalation", "admin", "moved", "direct", "review")
REASONS = ("not sure", "language not read")
SENTIMENTS = ("negative", "neutral", "positive")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.drop_constraint(op.f("ck_messages_purpose"), "messages")
    op.create_check_constraint(op.f("ck_messages_purpose"), "messages", sa.column("purpose").in_(PURPOSES))
    op.add_column("messages", sa.Column("feedback_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_messages_feedback_id_feedback"), "messages", "feedback", ["feedback_id"], ["id"]
    )
    reviews = sa.text("purpose = 'review'")
    op.create_index("uq_messages_review", "messages", ["feedback_id"], unique=True, postgresql_where=reviews)
    op.create_table(
        "reviews",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("reason", _one_of("reason", REASONS), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answered_by is null or settled_at is not null", name=op.f("ck_reviews_answered_is_settled")
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_reviews_feedback_id_feedback")
        ),
        sa.PrimaryKeyConstraint("feedback_id", name=op.f("pk_reviews")),
    )
    waiting = sa.text("settled_at is null")
    op.create_index("ix_reviews_waiting", "reviews", ["due_at"], postgresql_where=waiting)
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("sentiment", _one_of("sentiment", SENTIMENTS), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("heard_as", _one_of("heard_as", SENTIMENTS), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(sentiment, theme) > 0", name=op.f("ck_labels_says_something")),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_labels_feedback_id_feedback")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
    )
    op.create_index("ix_labels_feedback_id", "labels", ["feedback_id"])


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
