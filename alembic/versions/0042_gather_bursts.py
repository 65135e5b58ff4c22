"""Gather bursts: one case stands for those of many customers who say the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("corrected", "moved", "handed over", "returned", "helper added", "helper removed", "team involved"),
    *("part taken", "part given back", "part done", "part ended", "part due", "part late", "noted"),
    *("note changed", "note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "approval asked"),
    *("approval passed on", "approved", "declined", "approval lapsed", "story nominated"),
    *("story published", "story shelved", "playbook begun", "step done", "step undone", "contacted"),
    *("paused", "resumed", "resolved", "reopened", "merged", "took in", "unmerged", "split", "split off"),
    *("burst began", "gathered", "taken out", "carried", "pinged", "breached", "escalated"),
    *("acknowledged", "admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)

CARRIED = ("contacted", "resolved", "reopened", "taken out")


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))
    op.add_column("cases", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_cases_parent_id",
        "cases",
        ["parent_id", "id"],
        postgresql_where=sa.text("parent_id is not null"),
    )
    op.drop_constraint("later_matters_are_split_off", "cases", type_="check")
    op.create_check_constraint(
        "later_matters_are_split_off", "cases", "matter in (0, 1) or split_from_id is not null"
    )
    op.create_check_constraint("parents_have_no_parent", "cases", "matter > 0 or parent_id is null")
    _create_bursts()
    op.create_foreign_key(op.f("fk_cases_parent_id_bursts"), "cases", "bursts", ["parent_id"], ["parent_id"])
    _create_echoes()
    _create_carries()


def _create_bursts() -> None:
    op.create_table(
        "bursts",
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("middle", sa.LargeBinary(), nullable=False),
        sa.Column("alike", sa.Float(), nullable=False),
        sa.Column("within", sa.Interval(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(middle) = 128", name=op.f("ck_bursts_middle_has_all_signs")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_bursts_parent_id_cases")),
        sa.PrimaryKeyConstraint("parent_id", name=op.f("pk_bursts")),
    )
    running = sa.text("ended_at is null")
    op.create_index("ix_bursts_running", "bursts", ["team"], postgresql_where=running)


def _create_echoes() -> None:
    op.create_table(
        "echoes",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sketch) = 128", name=op.f("ck_echoes_sketch_has_all_signs")),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_echoes_feedback_id_feedback")
        ),
        sa.PrimaryKeyConstraint("feedback_id", name=op.f("pk_echoes")),
    )
    op.create_index("ix_echoes_team_theme_at", "echoes", ["team", "theme", "at"])
    op.create_index("ix_echoes_at", "echoes", ["at"])


def _create_carries() -> None:
    op.create_table(
        "carries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(sa.column("kind").in_(CARRIED), name="kind"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["bursts.parent_id"], name=op.f("fk_carries_parent_id_bursts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carries")),
    )
    op.create_index("ix_carries_parent_id", "carries", ["parent_id"])


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
