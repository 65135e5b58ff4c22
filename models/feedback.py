"""What customers said, how it feels, and what the rules ordered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, by_value
from models.customer import Customer
from models.vocabulary import SentimentLabel


class Feedback(Base):
    """One thing a customer said, as it arrived; never edited.

    `occurred_at` is when the customer said it (None: the source did not tell), `received_at` when we
    took it in. `is_imported`: it came from a file of old feedback, not as it was said.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("text <> ''", name="has_text"),
        Index("ix_feedback_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str | None]
    text: Mapped[str]
    survey_score: Mapped[float | None]
    survey_scale: Mapped[str | None]
    language: Mapped[str | None]
    permalink: Mapped[str | None]
    attributes: Mapped[dict[str, Any]]
    is_imported: Mapped[bool]
    occurred_at: Mapped[datetime | None]
    received_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    sentiment: Mapped["Sentiment | None"] = relationship(back_populates="feedback")
    decision: Mapped["FeedbackDecision | None"] = relationship(back_populates="feedback")


class Sentiment(Base):
    """How one piece of feedback feels, by which model.

    `language` is what the words are in, None where nobody could tell. `is_read` is False where no model reads
    it: the figures then say nothing. `themes` are [key, nearness], the nearest first. `signals` are those
    that were heard by its meaning.
    """

    __tablename__ = "sentiments"
    __table_args__ = (CheckConstraint("score between -1 and 1", name="score_in_range"),)

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    label: Mapped[SentimentLabel] = mapped_column(by_value(SentimentLabel, "label"))
    score: Mapped[float]
    p_negative: Mapped[float]
    p_neutral: Mapped[float]
    p_positive: Mapped[float]
    is_truncated: Mapped[bool]
    model: Mapped[str]
    language: Mapped[str | None]
    is_read: Mapped[bool] = mapped_column(server_default=true())
    themes: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    signals: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    scored_at: Mapped[datetime]

    feedback: Mapped[Feedback] = relationship(back_populates="sentiment")


class FeedbackDecision(Base):
    """What the rules ordered for one piece of feedback, and why; one for each, ever.

    `rule` is None where no rule matched; `rulebook_version` tells which rules.yaml decided.
    """

    __tablename__ = "decisions"

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    rule: Mapped[str | None]
    why: Mapped[str]
    opens_case: Mapped[bool]
    rulebook_version: Mapped[str]
    decided_at: Mapped[datetime]

    feedback: Mapped[Feedback] = relationship(back_populates="decision")
