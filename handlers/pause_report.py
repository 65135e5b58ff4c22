"""Who paused cases, how often and for how long: pausing to look good is seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from models.case import Case
from models.policies.pausing import Pausing, Share
from models.policies.periods import Period
from models.sla import SlaPause
from models.vocabulary import AgentId, PauseReason

NAMED = 3
"""So many people, and so many cases, are named: those with the most time."""


def load_pausing(
    session: Session,
    period: Period,
    *,
    teams: Sequence[str] | None,
    by: AgentId | None,
    at: datetime,
) -> Pausing:
    """Count the pauses in these teams' cases (None: in all) that `by` began (None: that anybody did).

    The time for which a case was resolved or merged, before that was undone, is nobody's pause; and what a
    case has from the one that it was split from counts there.
    """
    counted = _counted(period, teams, by, at)
    times, cases_paused, length = session.execute(
        select(
            func.count(),
            func.count(func.distinct(counted.c.case_id)),
            func.coalesce(func.sum(counted.c.length), timedelta(0)),
        ).select_from(counted)
    ).one()
    people = _longest(session, counted, counted.c.started_by)
    return Pausing(times, cases_paused, length, people, _longest(session, counted, counted.c.case_id))


def _counted(period: Period, teams: Sequence[str] | None, by: AgentId | None, at: datetime) -> Subquery:
    """Each pause that touches the period, with what of it lies within."""
    until = func.coalesce(SlaPause.ended_at, at)
    length = func.least(until, period.end) - func.greatest(SlaPause.started_at, period.start)
    pauses = (
        select(SlaPause.case_id, SlaPause.started_by, length.label("length"))
        .join(Case, Case.id == SlaPause.case_id)
        .where(SlaPause.reason.not_in((PauseReason.RESOLVED, PauseReason.MERGED)))
        .where(SlaPause.started_at >= Case.opened_at)
        .where(SlaPause.started_at < period.end, until >= period.start)
    )
    if teams is not None:
        pauses = pauses.where(Case.team.in_(teams))
    if by is not None:
        pauses = pauses.where(SlaPause.started_by == by)
    return pauses.subquery()


def _longest(session: Session, counted: Subquery, key: ColumnElement[Any]) -> tuple[Share, ...]:
    total = func.sum(counted.c.length)
    rows = session.execute(
        select(key, func.count(), total).group_by(key).order_by(total.desc(), key).limit(NAMED)
    )
    return tuple(Share(*row) for row in rows)
