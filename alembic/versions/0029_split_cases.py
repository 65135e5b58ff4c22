"""Let one piece of feedback be more cases than one, each but the first split from another."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "helper added", "helper removed", "noted", "note changed"),
    *("note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "contacted", "paused"),
    *("resumed", "resolved", "reopened", "merged", "took in", "unmerged", "split", "split off", "pinged"),
    *("breached", "escalated", "acknowledged", "admins told", "extended", "taken over"),
    *("delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(KINDS))
    op.add_column("cases", sa.Column("matter", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("cases", sa.Column("split_from_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_cases_split_from_id_cases"), "cases", "cases", ["split_from_id"], ["id"])
    op.drop_constraint("uq_cases_feedback_id", "cases", type_="unique")
    op.create_unique_constraint(op.f("uq_cases_feedback_id_matter"), "cases", ["feedback_id", "matter"])
    op.create_check_constraint(
        "later_matters_are_split_off", "cases", "matter = 1 or split_from_id is not null"
    )
    op.create_index(
        "ix_cases_split_from_id",
        "cases",
        ["split_from_id"],
        postgresql_where=sa.text("split_from_id is not null"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
