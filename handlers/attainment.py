"""How well promises were kept over a period: those of cases, and those of other teams' parts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.case import Case
from models.part import Part
from models.sla import SlaClock
from models.vocabulary import ClockKind


@dataclass(frozen=True, slots=True)
class Attainment:
    """One promise over a period; each round of it counts, what was withdrawn does not.

    `kept` of `decided` were in time: decided is a clock that stopped, or that is past its due moment.
    `median` is the time from the start of the round to its stop; None where none stopped.
    """

    kind: ClockKind
    kept: int
    decided: int
    median: timedelta | None


def load_attainment(
    session: Session, is_counted: ColumnElement[bool], at: datetime, *, of_parts: bool = False
) -> tuple[Attainment, ...]:
    """Of the cases that count, or of the parts that do, promise by promise."""
    is_decided = or_(SlaClock.stopped_at.is_not(None), SlaClock.due_at < at)
    in_time = or_(SlaClock.due_at.is_(None), SlaClock.stopped_at <= SlaClock.due_at)
    is_kept = and_(SlaClock.stopped_at.is_not(None), in_time)
    took = func.extract("epoch", SlaClock.stopped_at - SlaClock.started_at)
    counted = select(
        SlaClock.kind,
        func.count().filter(is_kept),
        func.count().filter(is_decided),
        func.percentile_cont(0.5).within_group(took).filter(SlaClock.stopped_at.is_not(None)),
    ).where(is_counted, SlaClock.withdrawn_at.is_(None))
    if of_parts:
        counted = counted.join(Part, Part.id == SlaClock.part_id)
    else:
        counted = counted.join(Case, Case.id == SlaClock.case_id).where(SlaClock.part_id.is_(None))
    found = {
        kind: Attainment(kind, kept, decided, None if median is None else timedelta(seconds=float(median)))
        for kind, kept, decided, median in session.execute(counted.group_by(SlaClock.kind))
    }
    return tuple(found[kind] for kind in ClockKind if kind in found)
