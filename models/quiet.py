"""Who does not want to be disturbed, as Slack last told us."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AgentId


class QuietTime(Base):
    """The next time [starts_at, until) for which somebody's Slack is silent; both None: there is none.

    Slack tells one such time only, so it is asked again when that is over.
    """

    __tablename__ = "quiet_times"
    __table_args__ = (CheckConstraint("(starts_at is null) = (until is null)", name="has_both_or_neither"),)

    agent_id: Mapped[AgentId] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    learned_at: Mapped[datetime]
