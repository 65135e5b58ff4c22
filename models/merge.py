"""Cases that are one: which was merged into which, and whether that was undone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AgentId


class Merge(Base):
    """A case that turned out to be about the same as another, which goes on; at most one that stands.

    `clocks` are the ids of those that it stopped: an undoing starts these again, and no others.
    """

    __tablename__ = "merges"
    __table_args__ = (
        Index("uq_merges_standing", "case_id", unique=True, postgresql_where=text("undone_at is null")),
        Index("ix_merges_into_id", "into_id", postgresql_where=text("undone_at is null")),
        CheckConstraint("case_id <> into_id", name="two_cases"),
        CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clocks: Mapped[list[int]] = mapped_column(JSONB)
    by: Mapped[AgentId]
    at: Mapped[datetime]
    undone_by: Mapped[AgentId | None]
    undone_at: Mapped[datetime | None]
