"""What teams did for the cases of others in a period: each part counts for the team that was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from handlers.attainment import Attainment, load_attainment
from models.part import Part
from models.policies.periods import Period
from models.vocabulary import AgentId, PartEnd


@dataclass(frozen=True, slots=True)
class Parts:
    """How many parts were asked for, and what became of them; `ended` without having been done.

    `median` is the time from the asking to the deed; None where none is done. `open_now` is of any period.
    """

    asked: int
    done: int
    sent_back: int
    ended: int
    open_now: int
    median: timedelta | None
    attainment: tuple[Attainment, ...]


def load_parts(
    session: Session, period: Period, *, teams: Sequence[str] | None, by: AgentId | None, at: datetime
) -> Parts:
    """Of the parts that these teams were asked for, or that one person has or had; with neither, of all."""
    is_theirs = _is_theirs(teams, by)
    is_asked = and_(is_theirs, Part.asked_at >= period.start, Part.asked_at < period.end)
    took = func.extract("epoch", Part.ended_at - Part.asked_at)
    is_done = Part.ended_because == PartEnd.DONE
    asked, done, sent_back, over, median = session.execute(
        select(
            func.count(),
            func.count().filter(is_done),
            func.count().filter(Part.ended_because == PartEnd.SENT_BACK),
            func.count().filter(Part.ended_at.is_not(None)),
            func.percentile_cont(0.5).within_group(took).filter(is_done),
        ).where(is_asked)
    ).one()
    is_open = and_(is_theirs, Part.ended_at.is_(None))
    return Parts(
        asked=asked,
        done=done,
        sent_back=sent_back,
        ended=over - done - sent_back,
        open_now=session.scalar(select(func.count()).select_from(Part).where(is_open)) or 0,
        median=None if median is None else timedelta(seconds=float(median)),
        attainment=load_attainment(session, is_asked, at, of_parts=True),
    )


def _is_theirs(teams: Sequence[str] | None, by: AgentId | None) -> ColumnElement[bool]:
    if by is not None:
        return Part.holder == by
    return Part.team.in_(teams) if teams is not None else true()
