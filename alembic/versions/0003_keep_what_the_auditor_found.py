"""Keep what the auditor found, and find running clocks by their deadline."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_findings",
        sa.Column(
            "kind",
            sa.Enum(
                "unswept clock",
                "missed threshold",
                "unposted message",
                "stalled job",
                "late job",
                "failed job",
                "silent tick",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(count = 0) = (since is null)", name=op.f("ck_audit_findings_found_since")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_audit_findings")),
    )
    op.create_index(
        "ix_sla_clocks_running", "sla_clocks", ["due_at"], postgresql_where=sa.text("stopped_at is null")
    )
    op.create_index(
        "ix_sla_clocks_forgotten",
        "sla_clocks",
        ["case_id"],
        postgresql_where=sa.text("stopped_at is null and next_mark_at is null and marked_until < due_at"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
