"""Who stands behind a name of rules.yaml that is no person's, as Slack last told us."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Roster(Base):
    """A user group or an e-mail address of rules.yaml, and the Slack ids of the people whom it stands for.

    `asked_at` is when a job was asked for that reads it, `read_at` when Slack last answered; `problem` is
    why Slack named nobody at the last try, in its own word, and then `people` are those of the time before.
    """

    __tablename__ = "rosters"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    people: Mapped[list[str]]
    asked_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    problem: Mapped[str | None]
