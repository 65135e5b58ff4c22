"""Hand gifts over: what shows it, what expired, what was used, each as a line of the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATES = ("granted", "handed over", "cancelled", "expired", "redeemed")
KINDS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "helper added", "helper removed", "noted", "note changed"),
    *("note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "contacted", "paused"),
    *("resumed", "resolved", "reopened", "merged", "took in", "unmerged", "pinged", "breached"),
    *("escalated", "acknowledged", "admins told", "extended", "taken over", "delivery failed"),
    *("delivery mended",),
)
WHAT_ADDS = (
    "case when state in ('granted', 'redeemed') then amount >= 0"
    " when state in ('cancelled', 'expired') then amount <= 0 else amount = 0 end"
)


def upgrade() -> None:
    op.drop_constraint(op.f("ck_case_events_kind"), "case_events")
    op.create_check_constraint(op.f("ck_case_events_kind"), "case_events", sa.column("kind").in_(KINDS))
    op.add_column("ledger_entries", sa.Column("code", sa.Text(), nullable=True))
    op.add_column("ledger_entries", sa.Column("reference", sa.Text(), nullable=True))
    op.add_column("ledger_entries", sa.Column("files", JSONB(), server_default="[]", nullable=False))
    op.drop_constraint(op.f("ck_ledger_entries_state"), "ledger_entries")
    op.create_check_constraint(
        op.f("ck_ledger_entries_state"), "ledger_entries", sa.column("state").in_(STATES)
    )
    op.drop_constraint(op.f("ck_ledger_entries_only_a_grant_adds"), "ledger_entries")
    op.create_check_constraint(op.f("ck_ledger_entries_only_a_grant_adds"), "ledger_entries", WHAT_ADDS)
    _index_anew()


def _index_anew() -> None:
    op.drop_index("uq_ledger_entries_once", "ledger_entries")
    op.create_index(
        "uq_ledger_entries_once",
        "ledger_entries",
        ["compensation_id", "state"],
        unique=True,
        postgresql_where=sa.text("state <> 'handed over'"),
    )
    op.create_index(
        "uq_ledger_entries_ended_once",
        "ledger_entries",
        ["compensation_id"],
        unique=True,
        postgresql_where=sa.text("state in ('cancelled', 'expired')"),
    )
    op.create_index(
        "ix_ledger_entries_code", "ledger_entries", ["code"], postgresql_where=sa.text("code is not null")
    )
    op.create_index(
        "ix_compensations_expires_at",
        "compensations",
        ["expires_at"],
        postgresql_where=sa.text("expires_at is not null"),
    )


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
