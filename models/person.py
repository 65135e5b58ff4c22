"""The people whom we deal with, as far as Slack has told us whether they can work."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, by_value
from models.vocabulary import AgentId, Barred


class KnownPerson(Base):
    """Somebody of whom Slack told us; `barred` is why they can have no case, None for who can."""

    __tablename__ = "known_people"

    agent_id: Mapped[AgentId] = mapped_column(primary_key=True)
    barred: Mapped[Barred | None] = mapped_column(by_value(Barred, "barred"))
    learned_at: Mapped[datetime]
