"""Promises: started when a case opens, stopped by what we do."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Row, bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from handlers import escalations
from handlers.owners import find_owner
from models.case import Case
from models.policies.opening_hours import OpeningHours
from models.policies.promises import Terms
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock, Pause, Threshold, holds_back
from models.sla import SlaClock, SlaExtension, SlaPause
from models.vocabulary import AgentId, ClockKind

_WAS_CHANGED = (
    exists().where(SlaPause.case_id == SlaClock.case_id).correlate(SlaClock)
    | exists().where(SlaExtension.case_id == SlaClock.case_id).correlate(SlaClock)
).label("was_changed")
_CLOCKS = (
    select(SlaClock, _WAS_CHANGED)
    .ext(distinct_on(SlaClock.case_id, SlaClock.kind))
    .where(SlaClock.case_id.in_(bindparam("case_ids", expanding=True)), SlaClock.withdrawn_at.is_(None))
    .where(SlaClock.part_id.is_(None))
    .order_by(SlaClock.case_id, SlaClock.kind, SlaClock.round.desc())
    .options(lazyload(SlaClock.pauses), lazyload(SlaClock.extensions))
)
"""Of each kind the round that runs, or that ran last; whether its case has pauses or extensions."""
_CHANGES = (
    select(SlaClock)
    .where(SlaClock.id.in_(bindparam("clock_ids", expanding=True)))
    .options(selectinload(SlaClock.pauses), selectinload(SlaClock.extensions))
    .execution_options(populate_existing=True)
)

SECONDS_BEFORE = "seconds_before"
"""In a kept threshold: how long before its clock is due, where it is no share of the promise."""


def start_clocks(
    session: Session, case: Case, rulebook: Rulebook, at: datetime, *, since: datetime | None = None
) -> None:
    """Copy the promise to the case: editing rules.yaml later changes new cases only.

    It counts from `since`, from now on where that is None; what of it has passed is for the next sweep.
    """
    terms = rulebook.terms_of(case.team, case.promise) if case.promise else {}
    started_at = since or at
    session.add_all(new_clock(case, kind, each, started_at=started_at, at=at) for kind, each in terms.items())


def new_clock(
    case: Case, kind: ClockKind, terms: Terms, *, started_at: datetime, at: datetime, round_: int = 1
) -> SlaClock:
    """A promise that runs since `started_at`; what of it has passed by `at` is for the next sweep."""
    hours = terms.hours
    clock = Clock(kind=kind, started_at=started_at, promise=terms.length, hours=hours, ping_at=terms.ping_at)
    mark = clock.next_mark(started_at)
    return SlaClock(
        case_id=case.id,
        kind=kind,
        round=round_,
        promise=terms.length,
        hours=hours.expression,
        time_zone=hours.time_zone,
        country=hours.country,
        region=hours.region,
        days_off=sorted(day.isoformat() for day in hours.days_off),
        is_round_the_clock=terms.is_round_the_clock,
        ping_at=[_kept_threshold(each) for each in terms.ping_at],
        started_at=started_at,
        due_at=clock.due_at,
        next_mark_at=mark and max(mark, at),
        marked_until=started_at,
    )


def start_next_round(session: Session, case: Case, kind: ClockKind, at: datetime) -> SlaClock | None:
    """Promise again what was done and has to be done once more, from `at` on, as it was promised before.

    None, and nothing happens, where it was never promised, or still runs.
    """
    last = find_latest(session, case).get(kind)
    if last is None or last.stopped_at is None:
        return None
    again = new_clock(case, kind, terms_of(last), started_at=at, at=at, round_=last.round + 1)
    session.add(again)
    session.flush()
    recompute(session, case, at)
    return again


def find_latest(session: Session, case: Case) -> dict[ClockKind, SlaClock]:
    """The latest round of each clock that the case is promised, running or stopped."""
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.withdrawn_at.is_(None), SlaClock.part_id.is_(None))
        .order_by(SlaClock.round)
        .execution_options(populate_existing=True)
    )
    return {row.kind: row for row in rows}


def withdraw(session: Session, clock: SlaClock, at: datetime) -> None:
    """Promise this no longer: it is neither kept nor missed, and another may take its place."""
    clock.stopped_at = clock.withdrawn_at = at
    clock.next_mark_at = None
    session.flush()


def stop_clocks(
    session: Session, case: Case, at: datetime, kinds: Iterable[ClockKind] = tuple(ClockKind)
) -> None:
    """Stop those clocks of a case that still run; what was kept or missed is read from the row."""
    session.execute(
        update(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.kind.in_(kinds), SlaClock.stopped_at.is_(None))
        .where(SlaClock.part_id.is_(None))
        .values(stopped_at=at, next_mark_at=None)
    )
    _settle_escalation(session, case, at)


def acknowledge(session: Session, case: Case, *, by: AgentId, at: datetime) -> bool:
    """Stop the clock `acknowledge` when it is the owner who acts; whether it ran.

    It runs with an owner only where a rule chose them: who is given a case need not have seen it yet.
    """
    return find_owner(session, case.id) == by and stop_acknowledge(session, case, at)


def stop_acknowledge(session: Session, case: Case, at: datetime) -> bool:
    """The owner has seen the case; whether that clock ran."""
    running = select(SlaClock.id).where(
        SlaClock.case_id == case.id, SlaClock.kind == ClockKind.ACKNOWLEDGE, SlaClock.stopped_at.is_(None)
    )
    running = running.where(SlaClock.part_id.is_(None))
    was_running = session.scalar(running) is not None
    stop_clocks(session, case, at, kinds=[ClockKind.ACKNOWLEDGE])
    return was_running


def recompute(session: Session, case: Case, at: datetime) -> None:
    """Say anew when what runs is due, from promise, pauses and extensions; `at` is when those changed.

    What of it has passed by then is for the next sweep.
    """
    running = select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.stopped_at.is_(None))
    running = running.where(SlaClock.part_id.is_(None))
    for row in session.scalars(running.execution_options(populate_existing=True)):
        clock = clock_of(row)
        mark = clock.next_mark(row.marked_until)
        row.due_at, row.next_mark_at = clock.due_at, mark and max(mark, at)
    _settle_escalation(session, case, at)


def _settle_escalation(session: Session, case: Case, at: datetime) -> None:
    if escalations.is_raised(session, case.id):
        escalations.settle(session, case, load_clocks(session, [case.id])[case.id], at)


def load_clocks(session: Session, case_ids: Sequence[int]) -> dict[int, list[Clock]]:
    """The latest round of each clock of each case, in the order in which they fall due, paused ones last."""
    clocks: dict[int, list[Clock]] = {case_id: [] for case_id in case_ids}
    found = session.execute(_CLOCKS, {"case_ids": case_ids}).all()
    _load_changes(session, found)
    for row in sorted(
        (row for row, _ in found), key=lambda row: (row.due_at is None, row.due_at or row.started_at, row.id)
    ):
        clocks[row.case_id].append(clock_of(row))
    return clocks


def load_part_clocks(session: Session, part_ids: Sequence[int]) -> dict[int, list[Clock]]:
    """What other teams are held to for their parts, by those, in the order in which it falls due."""
    clocks: dict[int, list[Clock]] = {part_id: [] for part_id in part_ids}
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.part_id.in_(part_ids), SlaClock.withdrawn_at.is_(None))
        .order_by(SlaClock.due_at, SlaClock.id)
        .options(lazyload(SlaClock.pauses), lazyload(SlaClock.extensions))
    )
    for row in rows:
        clocks[row.part_id or 0].append(clock_of(row))
    return clocks


def _load_changes(session: Session, found: Sequence[Row[SlaClock, bool]]) -> None:
    """Read pauses and extensions where there are any: nearly all cases have none, and each card asks."""
    changed = [row.id for row, was_changed in found if was_changed]
    if changed:
        session.scalars(_CHANGES, {"clock_ids": changed}).all()
    for row, was_changed in found:
        if not was_changed:
            set_committed_value(row, "pauses", [])
            set_committed_value(row, "extensions", [])


def clock_of(row: SlaClock) -> Clock:
    """The row as the value that the policies compute with.

    What the case waits for, or was given more time for, is not the other team's that has a part in it.
    """
    terms = terms_of(row)
    extensions, pauses = (row.extensions, row.pauses) if row.part_id is None else ([], [])
    return Clock(
        kind=row.kind,
        started_at=row.started_at,
        promise=terms.length + sum((more.length for more in extensions), timedelta()),
        hours=terms.hours,
        ping_at=terms.ping_at,
        pauses=tuple(pause_of(pause) for pause in pauses if holds_back(row.kind, pause.reason)),
        stopped_at=row.stopped_at,
    )


def pause_of(row: SlaPause) -> Pause:
    """The row as the value that the policies compute with; a snooze ends when it said it would."""
    return Pause(row.started_at, row.ended_at or row.until)


def terms_of(row: SlaClock) -> Terms:
    """What was copied to the row when the promise was made."""
    days_off = map(date.fromisoformat, row.days_off)
    return Terms(
        length=row.promise,
        ping_at=tuple(_threshold(each) for each in row.ping_at),
        hours=OpeningHours(row.hours, row.time_zone, row.country, row.region, days_off),
        is_round_the_clock=row.is_round_the_clock,
    )


def _kept_threshold(threshold: Threshold) -> float | dict[str, float]:
    """A threshold as a row holds it: a share is a number, a time before is one with its unit."""
    if isinstance(threshold, timedelta):
        return {SECONDS_BEFORE: threshold.total_seconds()}
    return float(threshold)


def _threshold(kept: float | dict[str, float]) -> Threshold:
    return timedelta(seconds=kept[SECONDS_BEFORE]) if isinstance(kept, dict) else kept
