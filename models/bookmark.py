"""Bookmarks: cases that one person wants to find again."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AgentId


class Bookmark(Base):
    """A case that somebody keeps at hand; theirs alone, so nothing of it stands in the case's history."""

    __tablename__ = "bookmarks"

    agent_id: Mapped[AgentId] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    at: Mapped[datetime]
