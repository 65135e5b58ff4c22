"""Promises: started when a case opens, stopped by what we do, watched by a sweep that writes what is due."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import find_owner
from models.case import Case, CaseEvent
from models.policies.opening_hours import OpeningHours
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock, Mark, MarkKind, Threshold
from models.sla import Escalation, SlaClock, SlaPing
from models.vocabulary import SYSTEM, AgentId, CaseEventKind, CaseStatus, ClockKind

_CLOCKS = (
    select(SlaClock)
    .where(SlaClock.case_id.in_(bindparam("case_ids", expanding=True)))
    .order_by(SlaClock.due_at, SlaClock.id)
)

SECONDS_BEFORE = "seconds_before"
"""In a kept threshold: how long before its clock is due, where it is no share of the promise."""
FIRST_STEP = 1
"""The step of the ladder that a breach raises a case to: the team's supervisors."""


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


def sweep(session: Session, rulebook: Rulebook, at: datetime, *, limit: int = 100) -> int:
    """Write every ping and breach that is due at `at`, each once, and refresh the cards; how many cases.

    Cases are locked first, as everything that changes a case does, and those that another replica is
    sweeping are skipped. What was missed while nobody swept is told once: the latest mark of each clock.
    """
    due = (
        select(SlaClock.case_id)
        .where(SlaClock.next_mark_at <= at)
        .order_by(SlaClock.next_mark_at)
        .limit(limit)
    )
    cases = session.scalars(
        select(Case).where(Case.id.in_(due)).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    for case in cases:
        for row in _due_clocks(session, case, at):
            _mark(session, case, row, rulebook, at)
        messages.refresh_card(session, case)
    return len(cases)


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


def _due_clocks(session: Session, case: Case, at: datetime) -> Sequence[SlaClock]:
    return session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.next_mark_at <= at)
        .order_by(SlaClock.due_at)
        .execution_options(populate_existing=True)
    ).all()


def _mark(session: Session, case: Case, row: SlaClock, rulebook: Rulebook, at: datetime) -> None:
    clock = clock_of(row)
    marks = clock.due_marks(row.marked_until, at)
    row.marked_until, row.next_mark_at = at, clock.next_mark(at)
    is_breached = any(mark.kind is MarkKind.BREACH for mark in marks)
    pings = [mark for mark in marks if mark.kind is MarkKind.PING and _is_first(session, row, mark, at)]
    if case.status is CaseStatus.RESOLVED:
        return
    if is_breached:
        _escalate(session, case, row, rulebook, at)
    elif pings:
        _ping(session, case, row, at)


def _is_first(session: Session, row: SlaClock, mark: Mark, at: datetime) -> bool:
    """Whether this threshold of this clock was never reached before: the row is the proof."""
    statement = (
        insert(SlaPing)
        .values(clock_id=row.id, threshold=mark.name, at=at)
        .on_conflict_do_nothing()
        .returning(SlaPing.clock_id)
    )
    return session.scalar(statement) is not None


def _ping(session: Session, case: Case, row: SlaClock, at: datetime) -> None:
    event = _tell(session, case, row, CaseEventKind.PINGED, at)
    messages.promise_line(session, case, event, Urgency.PING)


def _escalate(session: Session, case: Case, row: SlaClock, rulebook: Rulebook, at: datetime) -> None:
    reason = f"the promise to {row.kind.value} it was not kept"
    raised = session.scalar(
        insert(Escalation)
        .values(case_id=case.id, clock_id=row.id, step=FIRST_STEP, reason=reason, raised_by=SYSTEM, at=at)
        .on_conflict_do_nothing()
        .returning(Escalation.id)
    )
    if raised is None:
        return
    team = rulebook.teams.get(case.team)  # it may have left rules.yaml while its cases are open
    to = list(team.supervisors if team else rulebook.admins.members)
    event = _tell(session, case, row, CaseEventKind.ESCALATED, at, to=to)
    channel = team.escalation_channel if team else rulebook.admins.channel
    messages.promise_escalation(session, case, event, channel)
    messages.promise_line(session, case, event, Urgency.PING)


def _tell(
    session: Session, case: Case, row: SlaClock, kind: CaseEventKind, at: datetime, **details: list[AgentId]
) -> CaseEvent:
    """The history's line about a clock: which, since when due, and who had the case."""
    about = {"clock": row.kind.value, "due_at": row.due_at.isoformat(), "owner": find_owner(session, case.id)}
    return record(session, case, kind, by=SYSTEM, at=at, **about, **details)
