"""Know the parts of other teams in a case."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("corrected", "moved", "handed over", "returned", "helper added", "helper removed", "team involved"),
    *("part taken", "part given back", "part done", "part ended", "part due", "part late", "noted"),
    *("note changed", "note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "approval asked"),
    *("approval passed on", "approved", "declined", "approval lapsed", "story nominated"),
    *("story published", "story shelved", "playbook begun", "step done", "step undone"),
    *("contacted", "paused", "resumed", "resolved", "reopened"),
    *("merged", "took in", "unmerged", "split", "split off", "pinged", "breached", "escalated"),
    *("acknowledged", "admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)
PURPOSES = (
    *("card", "line", "ping", "part", "escalation", "approval", "nomination", "story", "admin", "team"),
    *("moved", "direct", "review", "checklist", "origin"),
)
TOPICS = ("holder", "helpers", "parts", "priority", "kind", "wait", "end")
ENDS = (
    *("done", "sent back", "not needed any more", "the case was resolved", "the case was merged"),
    "the case is theirs now",
)
OPEN = sa.text("ended_at is null")


def upgrade() -> None:
    _make_parts()
    op.add_column("cases", sa.Column("open_parts", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_check_constraint(op.f("ck_cases_open_parts_count"), "cases", "open_parts >= 0")
    _let_messages_show_them()
    _let_clocks_run_for_them()
    for table, column, words in (
        ("messages", "purpose", PURPOSES),
        ("case_events", "kind", EVENTS),
        ("latest_clicks", "topic", TOPICS),
    ):
        op.drop_constraint(column, table, type_="check")
        op.create_check_constraint(column, table, sa.column(column).in_(words))


def _make_parts() -> None:
    op.create_table(
        "parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("asked_for", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promise", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_because", sa.String(32), nullable=True),
        sa.Column("words", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(sa.column("ended_because").in_(ENDS), name="ended_because"),
        sa.CheckConstraint(
            "(holder is null) = (held_since is null)", name=op.f("ck_parts_held_since_a_time")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_parts_ended_by_somebody")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_because is null)", name=op.f("ck_parts_has_a_reason_to_end")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_parts_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
    )
    op.create_index("uq_parts_open", "parts", ["case_id", "team"], unique=True, postgresql_where=OPEN)
    op.create_index("ix_parts_case_id", "parts", ["case_id", "id"])
    op.create_index("ix_parts_team_asked_at", "parts", ["team", "asked_at"])
    op.create_index("ix_parts_holder", "parts", ["holder"], postgresql_where=OPEN)


def _let_messages_show_them() -> None:
    is_part = sa.text("purpose = 'part'")
    op.add_column("messages", sa.Column("part_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_messages_part_id_parts"), "messages", "parts", ["part_id"], ["id"])
    op.create_index("uq_messages_part", "messages", ["part_id"], unique=True, postgresql_where=is_part)
    op.create_index("ix_messages_parts", "messages", ["case_id"], postgresql_where=is_part)


def _let_clocks_run_for_them() -> None:
    op.add_column("sla_clocks", sa.Column("part_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_sla_clocks_part_id_parts"), "sla_clocks", "parts", ["part_id"], ["id"])
    for name, columns, where in (
        ("uq_sla_clocks_promised", ["case_id", "kind", "round"], "withdrawn_at is null and part_id is null"),
        ("uq_sla_clocks_running", ["case_id", "kind"], "stopped_at is null and part_id is null"),
    ):
        op.drop_index(name, "sla_clocks")
        op.create_index(name, "sla_clocks", columns, unique=True, postgresql_where=sa.text(where))
    of_a_part = sa.text("part_id is not null")
    op.create_index(
        "uq_sla_clocks_of_part", "sla_clocks", ["part_id", "kind"], unique=True, postgresql_where=of_a_part
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
