"""Give promises more time, and take cases over."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "noted", "compensated", "contacted", "paused", "resumed"),
    *("resolved", "reopened", "pinged", "breached", "escalated", "acknowledged", "admins told"),
    *("extended", "taken over", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    kinds = sa.Enum(
        *("acknowledge", "contact", "update", "resolve"),
        name="kind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "sla_extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("length", sa.Interval(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length > interval '0'", name=op.f("ck_sla_extensions_length_is_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sla_extensions_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_extensions")),
    )
    op.create_index("ix_sla_extensions_case_id", "sla_extensions", ["case_id"])
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
