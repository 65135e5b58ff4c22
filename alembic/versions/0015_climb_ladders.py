"""Climb ladders: an escalation has steps, somebody who acknowledged it, and an end."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "noted", "compensated", "contacted", "paused", "resumed"),
    *("resolved", "reopened", "pinged", "breached", "escalated", "acknowledged", "admins told"),
    *("delivery failed", "delivery mended"),
)
ENDS = (*("the case was resolved", "what was promised is done", "there is more time", "another one goes on"),)


def upgrade() -> None:
    _escalations()
    op.create_table(
        "escalation_steps",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("reassigned_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_steps_escalation_id_escalations")
        ),
        sa.PrimaryKeyConstraint("escalation_id", "step", name=op.f("pk_escalation_steps")),
    )
    op.execute(
        "insert into escalation_steps (escalation_id, step, at, told) "
        "select id, step, at, '[]'::jsonb from escalations"
    )
    _messages()
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def _escalations() -> None:
    """What was raised before had one step; of several that may still be open the last one stays so."""
    for name in ("next_step_at", "acknowledged_at", "ended_at"):
        op.add_column("escalations", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("acknowledged_by", "ended_because"):
        length = 32 if name == "ended_because" else None
        column = sa.String(length) if length else sa.Text()
        op.add_column("escalations", sa.Column(name, column, nullable=True))
    ladder = sa.Column("ladder", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False)
    op.add_column("escalations", ladder)
    op.alter_column("escalations", "clock_id", nullable=True)
    op.drop_constraint(op.f("uq_escalations_clock_id_step"), "escalations")
    op.execute(
        "update escalations set ended_at = coalesce(cases.resolved_at, stopped_at), ended_because = case "
        "when cases.resolved_at is null then 'what was promised is done' else 'the case was resolved' end "
        "from cases, sla_clocks where cases.id = escalations.case_id and sla_clocks.id = clock_id "
        "and coalesce(cases.resolved_at, stopped_at) is not null"
    )
    op.execute(
        "update escalations set ended_at = at, ended_because = 'another one goes on' where ended_at is null "
        "and exists (select from escalations later where later.case_id = escalations.case_id "
        "and later.id > escalations.id and later.ended_at is null)"
    )
    op.create_check_constraint("ended_because", "escalations", sa.column("ended_because").in_(ENDS))
    op.create_check_constraint(
        "acknowledged_by_one", "escalations", "(acknowledged_at is null) = (acknowledged_by is null)"
    )
    op.create_check_constraint(
        "has_a_reason_to_end", "escalations", "(ended_at is null) = (ended_because is null)"
    )
    op.create_index(
        "uq_escalations_climbing",
        "escalations",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("acknowledged_at is null and ended_at is null"),
    )
    op.create_index(
        "ix_escalations_next_step_at",
        "escalations",
        ["next_step_at"],
        postgresql_where=sa.text("next_step_at is not null"),
    )


def _messages() -> None:
    op.add_column("messages", sa.Column("escalation_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_messages_escalation_id_escalations"), "messages", "escalations", ["escalation_id"], ["id"]
    )
    op.create_index(op.f("ix_messages_escalation_id"), "messages", ["escalation_id"])
    op.execute(
        "update messages set escalation_id = escalations.id from case_events, escalations, sla_clocks "
        "where messages.purpose = 'escalation' and case_events.id = messages.event_id "
        "and escalations.case_id = messages.case_id and sla_clocks.id = escalations.clock_id "
        "and case_events.details ->> 'clock' = sla_clocks.kind and case_events.at = escalations.at"
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
