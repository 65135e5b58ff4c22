"""Find what Homes show."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_cases_unassigned", "cases")
    op.create_index(
        "ix_cases_unassigned",
        "cases",
        ["team", "priority", "opened_at"],
        postgresql_where=sa.text("status = 'open' and parent_id is null"),
    )
    op.create_index("ix_escalations_at", "escalations", ["at"])


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
