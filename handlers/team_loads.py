"""What everybody of some teams has on their hands, with the time that like cases took."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ARRAY, Text, bindparam, exists, func, select, true
from sqlalchemy.orm import Session

from models.case import Assignment, Case, Outcome
from models.policies.loads import Like, Load, Took, load_of
from models.policies.rulebook import Rulebook
from models.sla import SlaPause
from models.vocabulary import AgentId, CaseKind, CaseStatus, OutcomeKind

LOOKED_AT = 100
"""The latest like cases; more would tell of how it was done long ago."""
_NO_WORK = (OutcomeKind.DUPLICATE, OutcomeKind.NOT_A_CASE)
"""Ends of cases on which nobody worked for their own sake."""
_EACH = (
    func.unnest(bindparam("teams", type_=ARRAY(Text)), bindparam("kinds", type_=ARRAY(Text)))
    .table_valued("team", "kind", name="each_one")
    .render_derived()
)
_LATEST = (
    select(Case.id, Case.resolved_at)
    .where(
        Case.status == CaseStatus.RESOLVED,
        Case.parent_id.is_(None),
        Case.team == _EACH.c.team,
        Case.kind == _EACH.c.kind,
        ~exists().where(Outcome.case_id == Case.id, Outcome.kind.in_(_NO_WORK)).correlate(Case),
    )
    .order_by(Case.resolved_at.desc())
    .limit(LOOKED_AT)
    .correlate(_EACH)
    .lateral("latest")
)
_BEGUN = (
    select(func.min(Assignment.assigned_at))
    .where(Assignment.case_id == _LATEST.c.id)
    .correlate(_LATEST)
    .scalar_subquery()
)
_RESTED = (
    select(func.coalesce(func.sum(SlaPause.ended_at - SlaPause.started_at), timedelta()))
    .where(SlaPause.case_id == _LATEST.c.id)
    .correlate(_LATEST)
    .scalar_subquery()
)
_LENGTH = func.greatest(_LATEST.c.resolved_at - _BEGUN - _RESTED, timedelta()).label("length")
_LENGTHS = (
    select(_EACH.c.team, _EACH.c.kind, _LENGTH)
    .select_from(_EACH)
    .join(_LATEST, _LATEST.c.id.is_not(None))
    .where(_BEGUN.is_not(None))
    .subquery()
)
_TOOK = select(
    _LENGTHS.c.team,
    _LENGTHS.c.kind,
    func.count(),
    func.percentile_cont(0.5).within_group(_LENGTHS.c.length),
).group_by(_LENGTHS.c.team, _LENGTHS.c.kind)

_HOLDER = (
    select(Assignment.agent_id)
    .where(Assignment.case_id == Case.id, Assignment.ended_at.is_(None))
    .limit(1)
    .correlate(Case)
    .lateral("holder")
)
"""Who has a case, looked up for each open one: a join would read what everybody had in all cases, ever."""


def list_loads(session: Session, teams: Sequence[str], rulebook: Rulebook) -> list[Load]:
    """Who works for these teams or has a case of theirs, the most cases first; for nothing, nobody waits."""
    held = _held(session, teams)
    took = find_took(session, {like for each in held.values() for like in each})
    listed = (person for team in teams if team in rulebook.teams for person in rulebook.teams[team].people)
    people = dict.fromkeys((*held, *listed))
    loads = [load_of(person, held.get(person, {}), took) for person in people]
    return sorted(loads, key=lambda load: -load.cases)


def find_took(session: Session, likes: Collection[Like]) -> dict[Like, Took]:
    """How long the latest cases of each team and kind took; those of which there is none are left out."""
    asked = {"teams": [like.team for like in likes], "kinds": [like.kind.value for like in likes]}
    rows = session.execute(_TOOK, asked)
    return {Like(team, CaseKind(kind)): Took(cases, median) for team, kind, cases, median in rows}


def _held(session: Session, teams: Sequence[str]) -> Mapping[AgentId, Mapping[Like, int]]:
    """For everybody who has one, how many open cases of which team and kind."""
    rows = session.execute(
        select(_HOLDER.c.agent_id, Case.team, Case.kind, func.count())
        .join(_HOLDER, true())
        .where(Case.team.in_(teams), Case.status != CaseStatus.RESOLVED)
        .group_by(_HOLDER.c.agent_id, Case.team, Case.kind)
    )
    held: dict[AgentId, dict[Like, int]] = {}
    for person, team, kind, cases in rows:
        held.setdefault(person, {})[Like(team, kind)] = cases
    return held
