"""What the auditor last found, for who asks: the admins, the metrics, and a monitor outside."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import FindingKind


class AuditFinding(Base):
    """How one kind of finding stood at the last look; one row for each kind, once the auditor has looked.

    `since` is when it was first found, None while it is well.
    """

    __tablename__ = "audit_findings"
    __table_args__ = (CheckConstraint("(count = 0) = (since is null)", name="found_since"),)

    kind: Mapped[FindingKind] = mapped_column(by_value(FindingKind, "kind"), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime | None]
    looked_at: Mapped[datetime]
