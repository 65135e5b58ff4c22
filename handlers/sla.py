"""Promises: started when a case opens, stopped by what we do."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from handlers.owners import find_owner
from models.case import Case
from models.policies.opening_hours import OpeningHours
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock, Threshold
from models.sla import SlaClock
from models.vocabulary import AgentId, ClockKind

_CLOCKS = (
    select(SlaClock)
    .where(SlaClock.case_id.in_(bindparam("case_ids", expanding=True)))
    .order_by(SlaClock.due_at, SlaClock.id)
)

SECONDS_BEFORE = "seconds_before"
"""In a kept threshold: how long before its clock is due, where it is no share of the promise."""


def start_clocks(session: Session, case: Case, rulebook: Rulebook, *, promise: str, at: datetime) -> None:
    """Copy the promise to the case: editing rules.yaml later changes new cases only."""
    promised = rulebook.promises[promise]
    hours = rulebook.hours_of(case.team, promise)
    for kind, length in promised.lengths.items():
        clock = Clock(kind=kind, started_at=at, promise=length, hours=hours, ping_at=promised.ping_at)
        session.add(
            SlaClock(
                case_id=case.id,
                kind=kind,
                promise=length,
                hours=hours.expression,
                time_zone=hours.time_zone,
                country=hours.country,
                region=hours.region,
                days_off=sorted(day.isoformat() for day in hours.days_off),
                ping_at=[_kept_threshold(each) for each in promised.ping_at],
                started_at=at,
                due_at=clock.due_at,
                next_mark_at=clock.next_mark(at),
                marked_until=at,
            )
        )


def stop_clocks(
    session: Session, case: Case, at: datetime, kinds: Iterable[ClockKind] = tuple(ClockKind)
) -> None:
    """Stop those clocks of a case that still run; what was kept or missed is read from the row."""
    session.execute(
        update(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.kind.in_(kinds), SlaClock.stopped_at.is_(None))
        .values(stopped_at=at, next_mark_at=None)
    )


def acknowledge(session: Session, case: Case, *, by: AgentId, at: datetime) -> bool:
    """Stop the clock `acknowledge` when it is the owner who acts; whether it ran.

    It runs with an owner only where a rule chose them: who is given a case need not have seen it yet.
    """
    if find_owner(session, case.id) != by:
        return False
    running = select(SlaClock.id).where(
        SlaClock.case_id == case.id, SlaClock.kind == ClockKind.ACKNOWLEDGE, SlaClock.stopped_at.is_(None)
    )
    was_running = session.scalar(running) is not None
    stop_clocks(session, case, at, kinds=[ClockKind.ACKNOWLEDGE])
    return was_running


def load_clocks(session: Session, case_ids: Sequence[int]) -> dict[int, list[Clock]]:
    """The clocks of each case, in the order in which they fall due."""
    clocks: dict[int, list[Clock]] = {case_id: [] for case_id in case_ids}
    for row in session.scalars(_CLOCKS, {"case_ids": case_ids}):
        clocks[row.case_id].append(clock_of(row))
    return clocks


def clock_of(row: SlaClock) -> Clock:
    """The row as the value that the policies compute with."""
    return Clock(
        kind=row.kind,
        started_at=row.started_at,
        promise=row.promise,
        hours=OpeningHours(
            row.hours, row.time_zone, row.country, row.region, map(date.fromisoformat, row.days_off)
        ),
        ping_at=tuple(_threshold(each) for each in row.ping_at),
        stopped_at=row.stopped_at,
    )


def _kept_threshold(threshold: Threshold) -> float | dict[str, float]:
    """A threshold as a row holds it: a share is a number, a time before is one with its unit."""
    if isinstance(threshold, timedelta):
        return {SECONDS_BEFORE: threshold.total_seconds()}
    return float(threshold)


def _threshold(kept: float | dict[str, float]) -> Threshold:
    return timedelta(seconds=kept[SECONDS_BEFORE]) if isinstance(kept, dict) else kept
