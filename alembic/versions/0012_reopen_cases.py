"""Let the history tell that a case was reopened."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "noted", "compensated", "contacted", "paused", "resumed", "resolved", "reopened"),
    *("pinged", "escalated", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
