"""What time sets off leaves a trace, so that what no longer runs is seen from any process."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class TickTrace(Base):
    """When a tick last ran, in whichever scheduler; one row for each tick.

    `every` is how often it is to run, `traced_since` when it first did. `last_ok_at` is None where it never
    went well. `last_error` is the class of what the last run raised; None where it went well.
    """

    __tablename__ = "tick_traces"

    tick: Mapped[str] = mapped_column(primary_key=True)
    every: Mapped[timedelta]
    traced_since: Mapped[datetime]
    last_run_at: Mapped[datetime]
    last_ok_at: Mapped[datetime | None]
    took: Mapped[timedelta]
    last_error: Mapped[str | None]
