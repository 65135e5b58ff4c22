"""Requests to give more than a limit allows: who asked for what, who was asked, and what became of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.compensation import EXACT
from models.vocabulary import AgentId, ApprovalEnd, CompensationKind


class ApprovalRequest(Base):
    """A gift over a limit that somebody asks for; at most one that is open for each case.

    `what`, `number` and `unit` are the wish as it was said: the entry of the catalogue, and how much of it;
    `name` and `quantity` are the same for people, as a gift has them. `amount` is what it costs. `over` tells
    of the limits that it passes: those of when it was asked, and in the end those of when it was decided.
    `ladder` is copied from the rules as it is asked; `step` is where it stands, from 1; `told` are the ids
    of everybody who was asked. `next_step_at` is None once nobody else will be. `given` is what
    was approved, `compensation_id` the gift that this became, `why` the reason of a no.
    """

    __tablename__ = "approval_requests"
    __table_args__ = (
        CheckConstraint("amount > 0", name="asks_for_something"),
        CheckConstraint("given > 0 and given <= amount", name="given_as_asked_or_less"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        CheckConstraint("(ended_at is null) = (ended_as is null)", name="ended_as_something"),
        CheckConstraint("(given is null) = (compensation_id is null)", name="what_was_approved_is_given"),
        CheckConstraint("given is null or ended_by <> asked_by", name="nobody_approves_their_own"),
        Index("uq_approval_requests_open", "case_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_approval_requests_case_id", "case_id", "id"),
        Index("ix_approval_requests_asked_at", "asked_at"),
        Index(
            "ix_approval_requests_next_step_at",
            "next_step_at",
            postgresql_where=text("next_step_at is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[str]
    number: Mapped[Decimal | None] = mapped_column(EXACT)
    unit: Mapped[str | None]
    kind: Mapped[CompensationKind] = mapped_column(by_value(CompensationKind, "kind"))
    name: Mapped[str | None]
    quantity: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(EXACT)
    currency: Mapped[str]
    reason: Mapped[str]
    asked_by: Mapped[AgentId]
    asked_at: Mapped[datetime]
    over: Mapped[list[str]]
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    step: Mapped[int]
    told: Mapped[list[str]]
    next_step_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[AgentId | None]
    ended_as: Mapped[ApprovalEnd | None] = mapped_column(by_value(ApprovalEnd, "ended_as"))
    why: Mapped[str | None]
    given: Mapped[Decimal | None] = mapped_column(EXACT)
    compensation_id: Mapped[int | None] = mapped_column(ForeignKey("compensations.id"))
