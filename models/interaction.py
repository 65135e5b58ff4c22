"""Contacts with a customer, either way, as far as they were told to us."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, Direction


class Interaction(Base):
    """One contact with the customer of a case.

    `channel` is how: a ContactBy where it went out, a source's key where it came in, whose words are kept
    as feedback. `by` is the agent, or SYSTEM for what came in.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        Index("ix_interactions_case_id_id", "case_id", "id"),
        CheckConstraint("direction = 'in' or words <> ''", name="ours_has_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    direction: Mapped[Direction] = mapped_column(by_value(Direction, "direction"))
    channel: Mapped[str]
    by: Mapped[AgentId]
    words: Mapped[str]
    at: Mapped[datetime]
