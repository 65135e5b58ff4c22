"""What people are asked about feedback, and what they said of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, ReviewReason, SentimentLabel


class Review(Base):
    """Feedback about which a person is asked how it feels; until it is settled nothing is decided about it.

    `answered_by` is None where nobody answered until `due_at` and the model was believed.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("answered_by is null or settled_at is not null", name="answered_is_settled"),
        Index("ix_reviews_waiting", "due_at", postgresql_where=text("settled_at is null")),
    )

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    reason: Mapped[ReviewReason] = mapped_column(by_value(ReviewReason, "reason"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    answered_by: Mapped[AgentId | None]


class Label(Base):
    """What a person says of feedback, for the model to be taught by; the latest word counts, none is removed.

    `sentiment` and `theme` (by its key): what it is, None where they said nothing of it. `heard_as` is what
    the model had made of it, None where it had not read it.
    """

    __tablename__ = "labels"
    __table_args__ = (CheckConstraint("num_nonnulls(sentiment, theme) > 0", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    sentiment: Mapped[SentimentLabel | None] = mapped_column(by_value(SentimentLabel, "sentiment"))
    theme: Mapped[str | None]
    heard_as: Mapped[SentimentLabel | None] = mapped_column(by_value(SentimentLabel, "heard_as"))
    said_by: Mapped[AgentId]
    said_at: Mapped[datetime]
