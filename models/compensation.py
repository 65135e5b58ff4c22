"""What we gave a customer to make it right, and the ledger in which every cent of it stands."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, by_value
from models.vocabulary import AgentId, CompensationKind, LedgerState, Money

EXACT = Numeric(14, 4)
"""No currency has more than four decimals."""
WHAT_ADDS = (
    "case when state in ('granted', 'redeemed') then amount >= 0"
    " when state in ('cancelled', 'expired') then amount <= 0 else amount = 0 end"
)
"""What is used after it had expired is given again; handing over changes no sum."""


class Compensation(Base):
    """One thing that was given, on the terms of that moment; never edited.

    What became of it stands in the ledger. `offer` is its key in the catalogue, None for what is older than
    that; `name` is its name there, None where a kind was enough; `quantity` is how much in words, None where
    that is the amount. `text` is for the customer, with the braces of what is not known yet.
    """

    __tablename__ = "compensations"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("amount > 0 or kind = 'gesture'", name="only_a_gesture_is_free"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso"),
        Index("ix_compensations_expires_at", "expires_at", postgresql_where=text("expires_at is not null")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[CompensationKind] = mapped_column(by_value(CompensationKind, "kind"))
    amount: Mapped[Decimal] = mapped_column(EXACT)
    currency: Mapped[str]
    offer: Mapped[str | None]
    name: Mapped[str | None]
    quantity: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str]
    granted_by: Mapped[AgentId]
    granted_at: Mapped[datetime]

    entries: Mapped[list["LedgerEntry"]] = relationship(
        back_populates="compensation", order_by="LedgerEntry.id"
    )

    @property
    def money(self) -> Money:
        """Amount and currency as one value."""
        return Money(self.amount, self.currency)


class LedgerEntry(Base):
    """One line of the ledger; PostgreSQL refuses to change or delete it: a correction is a new line.

    `amount` is what the line adds to what we gave: above zero where something is granted, below where that is
    taken back. `granted_by` and `granted_at` are of the grant, in whose budgets the line counts, also where
    it takes back; `team` and `customer_id` are the case's of that moment, `theme` is the rule that opened it.
    `code`, `reference` and `files` show that it was handed over, or used. `approved_by` said yes to what
    passed the limits that `over` names; both are None for what was within them.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint(WHAT_ADDS, name="only_a_grant_adds"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso"),
        CheckConstraint("over is null or approved_by is not null", name="over_needs_a_yes"),
        CheckConstraint("approved_by <> granted_by", name="nobody_approves_their_own"),
        Index(
            "uq_ledger_entries_once",
            "compensation_id",
            "state",
            unique=True,
            postgresql_where=text("state <> 'handed over'"),
        ),
        Index(
            "uq_ledger_entries_ended_once",
            "compensation_id",
            unique=True,
            postgresql_where=text("state in ('cancelled', 'expired')"),
        ),
        Index("ix_ledger_entries_code", "code", postgresql_where=text("code is not null")),
        Index("ix_ledger_entries_case_id", "case_id"),
        Index("ix_ledger_entries_granted_by", "granted_by", "granted_at"),
        Index("ix_ledger_entries_team", "team", "granted_at"),
        Index("ix_ledger_entries_customer_id", "customer_id", "granted_at"),
        Index("ix_ledger_entries_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    compensation_id: Mapped[int] = mapped_column(ForeignKey("compensations.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    team: Mapped[str]
    theme: Mapped[str]
    state: Mapped[LedgerState] = mapped_column(by_value(LedgerState, "state"))
    amount: Mapped[Decimal] = mapped_column(EXACT)
    currency: Mapped[str]
    granted_by: Mapped[AgentId]
    granted_at: Mapped[datetime]
    code: Mapped[str | None]
    reference: Mapped[str | None]
    files: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list, server_default="[]")
    approved_by: Mapped[AgentId | None]
    over: Mapped[str | None]
    by: Mapped[AgentId]
    why: Mapped[str]
    at: Mapped[datetime]

    compensation: Mapped[Compensation] = relationship(back_populates="entries")


class HandoverOrder(Base):
    """What another system is asked to hand over: one for each gift, under one key however often it is sent.

    `key` is the delivery's id and its idempotency key. It is over when it was answered or when we gave up.
    """

    __tablename__ = "handover_orders"
    __table_args__ = (CheckConstraint("answered_at is null or failed_at is null", name="answered_or_failed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    compensation_id: Mapped[int] = mapped_column(ForeignKey("compensations.id"), unique=True)
    key: Mapped[UUID] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    failed_at: Mapped[datetime | None]

    compensation: Mapped[Compensation] = relationship()

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be sent any more."""
        return self.answered_at is not None or self.failed_at is not None
