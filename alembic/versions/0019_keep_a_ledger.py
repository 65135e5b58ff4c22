"""Keep a ledger of what is given, that nobody can change."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("moved", "handed over", "returned", "noted", "note changed", "note removed", "compensated"),
    *("compensation revoked", "contacted", "paused", "resumed", "resolved", "reopened", "pinged"),
    *("breached", "escalated", "acknowledged", "admins told", "extended", "taken over", "delivery failed"),
    *("delivery mended",),
)


def upgrade() -> None:
    op.alter_column("compensations", "amount", type_=sa.Numeric(14, 4))
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compensation_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "granted", "cancelled", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Numeric(14, 4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "case state when 'granted' then amount >= 0 else amount <= 0 end",
            name=op.f("ck_ledger_entries_only_a_grant_adds"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_ledger_entries_currency_is_iso")),
        sa.ForeignKeyConstraint(
            ["compensation_id"],
            ["compensations.id"],
            name=op.f("fk_ledger_entries_compensation_id_compensations"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ledger_entries_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_ledger_entries_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.create_index("uq_ledger_entries_once", "ledger_entries", ["compensation_id", "state"], unique=True)
    op.create_index("ix_ledger_entries_case_id", "ledger_entries", ["case_id"])
    op.create_index("ix_ledger_entries_granted_by", "ledger_entries", ["granted_by", "granted_at"])
    op.create_index("ix_ledger_entries_team", "ledger_entries", ["team", "granted_at"])
    op.create_index("ix_ledger_entries_customer_id", "ledger_entries", ["customer_id", "granted_at"])
    op.create_index("ix_ledger_entries_at", "ledger_entries", ["at"])
    op.execute(TAKE_OVER)
    op.execute(KEEP)
    op.drop_constraint(op.f("ck_case_events_kind"), "case_events")
    op.create_check_constraint(op.f("ck_case_events_kind"), "case_events", sa.column("kind").in_(EVENTS))


TAKE_OVER = """
insert into ledger_entries (compensation_id, case_id, customer_id, team, theme, state, amount, currency,
                            granted_by, granted_at, by, why, at)
select given.id, given.case_id, cases.customer_id, cases.team, cases.rule, 'granted', given.amount,
       given.currency, given.granted_by, given.granted_at, given.granted_by, given.reason, given.granted_at
  from compensations given join cases on cases.id = given.case_id order by given.id
"""
KEEP = """
create function refuse_to_change_the_ledger() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only ever added to; a correction is a new entry';
end $$;
create trigger ledger_is_only_added_to before update or delete on ledger_entries
  for each row execute function refuse_to_change_the_ledger();
"""


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
