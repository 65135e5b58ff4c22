"""Stories: recoveries that are worth telling, nominated by one of us and published by a lead."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, StoryEnd


class Story(Base):
    """A resolved case that somebody nominated; at most one that waits for each case.

    `text` is what is published, without who the customer is: what it says in the end, word for word.
    """

    __tablename__ = "stories"
    __table_args__ = (
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        CheckConstraint("(ended_at is null) = (ended_as is null)", name="ended_as_something"),
        Index("uq_stories_waiting", "case_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_stories_case_id", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    sentence: Mapped[str]
    text: Mapped[str]
    nominated_by: Mapped[AgentId]
    nominated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[AgentId | None]
    ended_as: Mapped[StoryEnd | None] = mapped_column(by_value(StoryEnd, "ended_as"))
