"""Ticks leave a trace: when each last ran, how long it took, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.tick import TickTrace

SWEEP = "sla sweep"
"""The tick without which no promise is watched."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a tick. `error` is the class of what it raised; None: it went well."""

    tick: str
    every: timedelta
    at: datetime
    took: timedelta
    error: str | None = None


def leave_trace(session: Session, run: Run) -> None:
    """Keep that a tick ran; what other schedulers left of the same tick is replaced."""
    is_well = run.error is None
    trace = insert(TickTrace).values(
        tick=run.tick,
        every=run.every,
        traced_since=run.at,
        last_run_at=run.at,
        last_ok_at=run.at if is_well else None,
        took=run.took,
        last_error=run.error,
    )
    fresh = trace.excluded
    session.execute(
        trace.on_conflict_do_update(
            index_elements=["tick"],
            set_={
                "every": fresh.every,
                "last_run_at": fresh.last_run_at,
                "last_ok_at": func.coalesce(fresh.last_ok_at, TickTrace.last_ok_at),
                "took": fresh.took,
                "last_error": fresh.last_error,
            },
        )
    )


def load_traces(session: Session) -> Sequence[TickTrace]:
    """The trace of every tick that ever ran, by name."""
    return session.scalars(select(TickTrace).order_by(TickTrace.tick)).all()
