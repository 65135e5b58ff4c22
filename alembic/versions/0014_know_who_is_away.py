"""Know who is away."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "noted", "compensated", "contacted", "paused", "resumed"),
    *("resolved", "reopened", "pinged", "escalated", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stand_in", sa.Text(), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("until > starts_at", name=op.f("ck_absences_ends_after_it_starts")),
        sa.CheckConstraint("stand_in <> agent_id", name=op.f("ck_absences_somebody_else_stands_in")),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_absences_ended_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(
        "uq_absences_away",
        "absences",
        ["agent_id"],
        unique=True,
        postgresql_where=sa.text("begun_at is not null and ended_at is null"),
    )
    op.create_index(
        "ix_absences_not_ended",
        "absences",
        ["agent_id", "starts_at"],
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
