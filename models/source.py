"""How far we have read at each source that is polled."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SourceCursor(Base):
    """The newest thing that was taken in from a polled source, and when to ask it again."""

    __tablename__ = "source_cursors"

    source: Mapped[str] = mapped_column(primary_key=True)
    newest_id: Mapped[str | None]
    poll_again_at: Mapped[datetime]
    last_error: Mapped[str | None]
