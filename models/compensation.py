"""What we gave a customer to make it right."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, CompensationKind, Money


class Compensation(Base):
    """One thing that was granted; never edited, a case's total is the sum of its rows."""

    __tablename__ = "compensations"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("amount > 0 or kind = 'gesture'", name="only_a_gesture_is_free"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[CompensationKind] = mapped_column(by_value(CompensationKind, "kind"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    currency: Mapped[str]
    reason: Mapped[str]
    granted_by: Mapped[AgentId]
    granted_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """Amount and currency as one value."""
        return Money(self.amount, self.currency)
