"""Tell stories: recoveries that somebody nominated, in the words that are published."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("corrected", "moved", "handed over", "returned", "helper added", "helper removed", "noted"),
    *("note changed", "note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "approval asked"),
    *("approval passed on", "approved", "declined", "approval lapsed", "story nominated"),
    *("story published", "story shelved", "contacted", "paused", "resumed", "resolved", "reopened"),
    *("merged", "took in", "unmerged", "split", "split off", "pinged", "breached", "escalated"),
    *("acknowledged", "admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)
PURPOSES = (
    *("card", "line", "ping", "escalation", "approval", "nomination", "story", "admin", "team", "moved"),
    *("direct", "review"),
)


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("nominated_by", sa.Text(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum(
                "published",
                "set aside",
                name="ended_as",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_stories_ended_by_somebody")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_as is null)", name=op.f("ck_stories_ended_as_something")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_stories_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    waiting = sa.text("ended_at is null")
    op.create_index("uq_stories_waiting", "stories", ["case_id"], unique=True, postgresql_where=waiting)
    op.create_index("ix_stories_case_id", "stories", ["case_id", "id"])
    op.add_column("messages", sa.Column("story_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_messages_story_id_stories"), "messages", "stories", ["story_id"], ["id"])
    op.create_index(op.f("ix_messages_story_id"), "messages", ["story_id"])
    op.drop_constraint("purpose", "messages", type_="check")
    op.create_check_constraint("purpose", "messages", sa.column("purpose").in_(PURPOSES))
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
