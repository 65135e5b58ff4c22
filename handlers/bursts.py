"""Bursts that run, what they stand for, and what was said lately: read here, changed in gathering."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from models.burst import Burst
from models.case import Case
from models.policies.bursts import LOOKED_AT, Crowd, Echo, Running, sketch_of
from models.vocabulary import CaseStatus

_RUNNING = (
    select(Burst.team, Burst.parent_id, Burst.theme, Burst.middle, Burst.alike)
    .join(Case, Case.id == Burst.parent_id)
    .where(Burst.ended_at.is_(None), Case.status != CaseStatus.RESOLVED)
    .where(Burst.team.in_(bindparam("teams", expanding=True)))
    .order_by(Burst.parent_id)
)
_ECHOES = text(
    """
    select kept.team, kept.feedback_id, kept.customer_id, kept.theme, kept.sketch, kept.at
      from unnest(cast(:teams as text[]), cast(:themes as text[])) as asked (team, theme)
     cross join lateral (
        select * from echoes
         where team = asked.team and theme = asked.theme and at > :since and parent_id is null
         order by at desc limit :at_most
     ) as kept
    """
)


def load_running(session: Session, teams: Collection[str]) -> dict[str, list[Running]]:
    """The bursts that go on, by the team for which rules open such cases."""
    rows = session.execute(_RUNNING, {"teams": list(teams)})
    running: dict[str, list[Running]] = defaultdict(list)
    for team, parent_id, theme, middle, alike in rows:
        running[team].append(Running(parent_id, theme, sketch_of(middle), alike))
    return running


def load_echoes(session: Session, about: Sequence[tuple[str, str]], since: datetime) -> dict[str, list[Echo]]:
    """What was said lately about each (team, theme) and is in no burst, LOOKED_AT at most, by the team."""
    teams, themes = zip(*about, strict=True)
    asked = {"teams": list(teams), "themes": list(themes), "since": since, "at_most": LOOKED_AT}
    found: dict[str, list[Echo]] = defaultdict(list)
    for team, feedback_id, customer_id, theme, sketch, at in session.execute(_ECHOES, asked):
        found[team].append(Echo(feedback_id, customer_id, theme, sketch_of(sketch), at))
    return found


def count_open_members(session: Session, parent_id: int) -> int:
    """How many cases wait for what becomes of their parent."""
    return count_waiting(session, [parent_id]).get(parent_id, 0)


def count_waiting(session: Session, parent_ids: Collection[int]) -> dict[int, int]:
    """The same for several of them; those for whom none waits are left out."""
    waiting = select(Case.parent_id, func.count()).where(Case.status != CaseStatus.RESOLVED)
    theirs = waiting.where(Case.parent_id.in_(parent_ids)).group_by(Case.parent_id)
    counted = session.execute(theirs) if parent_ids else ()
    return {parent_id: count for parent_id, count in counted if parent_id is not None}


def load_crowd(session: Session, parent_id: int) -> Crowd:
    """How many customers and cases a parent stands for, and since when; raises NoResultFound for others."""
    burst = session.execute(
        select(Burst.began_at, Burst.ended_at, Case.status)
        .join(Case, Case.id == Burst.parent_id)
        .where(Burst.parent_id == parent_id)
    ).one()
    is_open = Case.status != CaseStatus.RESOLVED
    customers, members, left, latest = session.execute(
        select(
            func.count(func.distinct(Case.customer_id)),
            func.count(),
            func.count().filter(is_open),
            func.max(Case.opened_at),
        ).where(Case.parent_id == parent_id)
    ).one()
    return Crowd(
        customers=customers,
        members=members,
        open=left,
        since=burst.began_at,
        latest=latest or burst.began_at,
        is_over=burst.ended_at is not None,
        is_resolved=burst.status is CaseStatus.RESOLVED,
    )
