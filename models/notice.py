"""What a person is to be told by direct message: owed one by one, told together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AgentId


class Notice(Base):
    """A line of a case's history that one person is told of; `message_id` is the message that tells it.

    Until that is known it waits to be bundled with whatever else is owed to this person.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("event_id", "agent_id"),
        Index("ix_notices_untold", "agent_id", "id", postgresql_where=text("message_id is null")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[AgentId]
    event_id: Mapped[int] = mapped_column(ForeignKey("case_events.id"))
    owed_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
