"""Who asked to work for a team, and when."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AgentId


class JoinRequest(Base):
    """Somebody asked to work for a team; `asked` are the people who were told, at `asked_at` last."""

    __tablename__ = "join_requests"
    __table_args__ = (UniqueConstraint("agent_id", "team"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[AgentId]
    team: Mapped[str]
    asked: Mapped[list[str]]
    asked_at: Mapped[datetime]
