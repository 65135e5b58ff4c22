"""Correct what was heard wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KINDS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed"),
    *("kind changed", "corrected", "moved", "handed over", "returned", "helper added"),
    *("helper removed", "noted", "note changed", "note removed", "compensated"),
    *("compensation revoked", "compensation handed over", "compensation expired"),
    *("compensation redeemed", "compensation not taken", "contacted", "paused", "resumed"),
    *("resolved", "reopened", "merged", "took in", "unmerged", "split", "split off", "pinged"),
    *("breached", "escalated", "acknowledged", "admins told", "extended", "taken over"),
    *("delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(KINDS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
