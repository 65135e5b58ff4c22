"""Tick playbooks: their steps on a case, and who did which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("corrected", "moved", "handed over", "returned", "helper added", "helper removed", "noted"),
    *("note changed", "note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "approval asked"),
    *("approval passed on", "approved", "declined", "approval lapsed", "story nominated"),
    *("story published", "story shelved", "playbook begun", "step done", "step undone"),
    *("contacted", "paused", "resumed", "resolved", "reopened"),
    *("merged", "took in", "unmerged", "split", "split off", "pinged", "breached", "escalated"),
    *("acknowledged", "admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)
PURPOSES = (
    *("card", "line", "ping", "escalation", "approval", "nomination", "story", "admin", "team", "moved"),
    *("direct", "review", "checklist"),
)
CARES = ("communication", "accountability", "responsiveness", "empathy", "solution")


def upgrade() -> None:
    op.create_table(
        "checklists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("playbook", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("knowledge", JSONB(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_checklists_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklists")),
        sa.UniqueConstraint("case_id", "playbook", name=op.f("uq_checklists_case_id_playbook")),
    )
    op.create_index("ix_checklists_begun_at", "checklists", ["begun_at"])
    op.create_table(
        "checklist_steps",
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "care",
            sa.Enum(*CARES, name="care", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(done_at is null) = (done_by is null)", name=op.f("ck_checklist_steps_done_by_somebody")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_checklist_steps_number_counts")),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name=op.f("fk_checklist_steps_checklist_id_checklists")
        ),
        sa.PrimaryKeyConstraint("checklist_id", "number", name=op.f("pk_checklist_steps")),
    )
    op.add_column("messages", sa.Column("checklist_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_messages_checklist_id_checklists"), "messages", "checklists", ["checklist_id"], ["id"]
    )
    op.create_index(op.f("ix_messages_checklist_id"), "messages", ["checklist_id"])
    op.drop_constraint("purpose", "messages", type_="check")
    op.create_check_constraint("purpose", "messages", sa.column("purpose").in_(PURPOSES))
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
