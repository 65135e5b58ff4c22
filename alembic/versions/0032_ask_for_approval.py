"""Ask for approval: who asked for what over which limit, who was asked, and what became of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("corrected", "moved", "handed over", "returned", "helper added", "helper removed", "noted"),
    *("note changed", "note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "approval asked"),
    *("approval passed on", "approved", "declined", "approval lapsed", "contacted", "paused", "resumed"),
    *("resolved", "reopened", "merged", "took in", "unmerged", "split", "split off", "pinged", "breached"),
    *("escalated", "acknowledged", "admins told", "extended", "taken over", "delivery failed"),
    *("delivery mended",),
)
PURPOSES = (
    *("card", "line", "ping", "escalation", "approval", "admin", "team", "moved", "direct", "review"),
)
KINDS = ("refund", "voucher", "discount", "points", "free service", "replacement", "gesture")
ENDS = ("approved", "approved for less", "declined", "withdrawn", "the case is over")


def upgrade() -> None:
    _requests()
    op.add_column("messages", sa.Column("approval_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_messages_approval_id_approval_requests"),
        "messages",
        "approval_requests",
        ["approval_id"],
        ["id"],
    )
    op.create_index(op.f("ix_messages_approval_id"), "messages", ["approval_id"])
    op.drop_constraint("purpose", "messages", type_="check")
    op.create_check_constraint("purpose", "messages", sa.column("purpose").in_(PURPOSES))
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))
    op.add_column("ledger_entries", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("ledger_entries", sa.Column("over", sa.Text(), nullable=True))
    op.create_check_constraint(
        "over_needs_a_yes", "ledger_entries", "over is null or approved_by is not null"
    )
    op.create_check_constraint("nobody_approves_their_own", "ledger_entries", "approved_by <> granted_by")


def _requests() -> None:
    op.create_table("approval_requests", *_columns(), *_constraints())
    op.create_index(
        "uq_approval_requests_open",
        "approval_requests",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("ix_approval_requests_case_id", "approval_requests", ["case_id", "id"])
    op.create_index("ix_approval_requests_asked_at", "approval_requests", ["asked_at"])
    op.create_index(
        "ix_approval_requests_next_step_at",
        "approval_requests",
        ["next_step_at"],
        postgresql_where=sa.text("next_step_at is not null"),
    )


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("number", sa.Numeric(14, 4), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(14, 4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over", postgresql.JSONB(), nullable=False),
        sa.Column("ladder", postgresql.JSONB(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum(*ENDS, name="ended_as", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("given", sa.Numeric(14, 4), nullable=True),
        sa.Column("compensation_id", sa.Integer(), nullable=True),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("amount > 0", name=op.f("ck_approval_requests_asks_for_something")),
        sa.CheckConstraint(
            "given > 0 and given <= amount", name=op.f("ck_approval_requests_given_as_asked_or_less")
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_approval_requests_currency_is_iso")),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_approval_requests_ended_by_somebody")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_as is null)", name=op.f("ck_approval_requests_ended_as_something")
        ),
        sa.CheckConstraint(
            "(given is null) = (compensation_id is null)",
            name=op.f("ck_approval_requests_what_was_approved_is_given"),
        ),
        sa.CheckConstraint(
            "given is null or ended_by <> asked_by",
            name=op.f("ck_approval_requests_nobody_approves_their_own"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_approval_requests_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compensation_id"],
            ["compensations.id"],
            name=op.f("fk_approval_requests_compensation_id_compensations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_requests")),
    ]


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
