"""What other teams do for a case, beside the team that it belongs to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, PartEnd


class Part(Base):
    """What another team was asked to do for a case; of one team at most one that is not over.

    `team` is its key, `promise` the name of the one that its clocks were copied from; None: nothing is
    promised. `holder` is who of that team has it. `words` are what was done, or why it ended otherwise.
    """

    __tablename__ = "parts"
    __table_args__ = (
        Index("uq_parts_open", "case_id", "team", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_parts_case_id", "case_id", "id"),
        Index("ix_parts_team_asked_at", "team", "asked_at"),
        Index("ix_parts_holder", "holder", postgresql_where=text("ended_at is null")),
        CheckConstraint("(holder is null) = (held_since is null)", name="held_since_a_time"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        CheckConstraint("(ended_at is null) = (ended_because is null)", name="has_a_reason_to_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    team: Mapped[str]
    asked_for: Mapped[str]
    asked_by: Mapped[AgentId]
    asked_at: Mapped[datetime]
    promise: Mapped[str | None]
    holder: Mapped[AgentId | None]
    held_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[AgentId | None]
    ended_because: Mapped[PartEnd | None] = mapped_column(by_value(PartEnd, "ended_because"))
    words: Mapped[str] = mapped_column(default="", server_default=text("''"))
