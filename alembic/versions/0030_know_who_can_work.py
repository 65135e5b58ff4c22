"""Know who can work, and tell a team something that is about no single case."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PURPOSES = ("card", "line", "ping", "escalation", "admin", "team", "moved", "direct", "review")
BARRED = ("deactivated", "bot")


def upgrade() -> None:
    op.drop_constraint(op.f("ck_messages_purpose"), "messages")
    op.create_check_constraint(op.f("ck_messages_purpose"), "messages", sa.column("purpose").in_(PURPOSES))
    op.create_table(
        "known_people",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column(
            "barred",
            sa.Enum(*BARRED, name="barred", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_known_people")),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
