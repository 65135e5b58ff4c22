"""Who is away, since when and until when, and who stands in for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AgentId


class Absence(Base):
    """One time for which somebody is away; `until` None: until they say that they are back.

    It is planned until `begun_at`, when their cases were handed over; then they are away until `ended_at`.
    Nobody is away twice at a time.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until > starts_at", name="ends_after_it_starts"),
        CheckConstraint("stand_in <> agent_id", name="somebody_else_stands_in"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        Index(
            "uq_absences_away",
            "agent_id",
            unique=True,
            postgresql_where=text("begun_at is not null and ended_at is null"),
        ),
        Index("ix_absences_not_ended", "agent_id", "starts_at", postgresql_where=text("ended_at is null")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[AgentId]
    starts_at: Mapped[datetime]
    until: Mapped[datetime | None]
    stand_in: Mapped[AgentId | None]
    said_by: Mapped[AgentId]
    said_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[AgentId | None]
