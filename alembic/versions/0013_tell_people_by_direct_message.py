"""Tell people by direct message, and of a closed team not before it opens."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PURPOSES = ("card", "line", "ping", "escalation", "admin", "moved", "direct")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["case_events.id"], name=op.f("fk_notices_event_id_case_events")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_notices_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("event_id", "agent_id", name=op.f("uq_notices_event_id_agent_id")),
    )
    op.create_index(op.f("ix_notices_message_id"), "notices", ["message_id"])
    op.create_index(
        "ix_notices_untold", "notices", ["agent_id", "id"], postgresql_where=sa.text("message_id is null")
    )
    op.add_column("sla_pings", sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_sla_pings_waits_until",
        "sla_pings",
        ["waits_until"],
        postgresql_where=sa.text("waits_until is not null"),
    )
    op.drop_constraint(op.f("ck_messages_purpose"), "messages")
    op.create_check_constraint(op.f("ck_messages_purpose"), "messages", sa.column("purpose").in_(PURPOSES))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
