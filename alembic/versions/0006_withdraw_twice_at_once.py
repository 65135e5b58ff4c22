"""Let two clocks of a case be withdrawn at the same moment."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_sla_clocks_case_id_kind_withdrawn_at", "sla_clocks", type_="unique")
    op.create_index("ix_sla_clocks_case_id", "sla_clocks", ["case_id"])
    op.create_index(
        "uq_sla_clocks_promised",
        "sla_clocks",
        ["case_id", "kind"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
