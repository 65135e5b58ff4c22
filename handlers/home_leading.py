"""What who leads teams sees of them at Home: what is at risk, raised or asked for, and what people have."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from handlers import home_cases
from handlers.act import Act
from handlers.asked import load_waiting
from handlers.home_cases import Found
from handlers.home_snapshots import Figures, Leading, Listing
from handlers.owners import find_away
from handlers.stats import Scope, load_stats
from handlers.team_loads import list_loads
from models.approval import ApprovalRequest
from models.case import Case
from models.part import Part
from models.policies.absence import Away
from models.policies.periods import read_period
from models.policies.rulebook import Rulebook
from models.sla import Escalation, SlaClock
from models.vocabulary import AgentId, CaseStatus

AT_RISK_WITHIN = timedelta(hours=2)
"""A promise that falls due by then can still be kept, if somebody sees to it."""
SHOWN = 5
"""Of each list; who wants all of them filters."""
PERIOD = "this week"


def find_urgent(session: Session, teams: Sequence[str], at: datetime) -> tuple[Found, Found]:
    """The cases of these teams that are raised, and those that are at risk."""
    raised, at_risk = _escalated(teams), _at_risk(teams, at)
    return _find(session, raised), _find(session, at_risk)


def load_leading(
    session: Session, teams: Sequence[str], act: Act, *, escalated: Listing, at_risk: Listing
) -> Leading:
    """All that leads to a deed of who leads these teams."""
    asked_for = _asked_for(teams, act)
    return Leading(
        escalated=escalated,
        at_risk=at_risk,
        approvals=tuple(load_waiting(session, act, ApprovalRequest.id.in_(asked_for.limit(SHOWN)))),
        waiting=home_cases.count(session, asked_for),
        loads=tuple(list_loads(session, teams, act.rulebook)),
        away=_away(session, teams, act.rulebook),
    )


def load_figures(session: Session, teams: Sequence[str], zone: tzinfo, at: datetime) -> Figures:
    """This week, as it is for somebody in that time zone."""
    period = read_period(PERIOD, at, zone)
    if period is None:
        raise ValueError(f"{PERIOD!r} is no period")
    return Figures(period, load_stats(session, period, Scope(teams=teams), at))


_UNSEEN = (Escalation.acknowledged_at.is_(None), Escalation.ended_at.is_(None))
"""Of an escalation: nobody sees to it yet."""


def _find(session: Session, cases: Select[int]) -> Found:
    return Found(session.scalars(cases.limit(SHOWN)).all(), home_cases.count(session, cases))


def _escalated(teams: Sequence[str]) -> Select[int]:
    """The cases that are raised and to which nobody sees, those that wait longest first."""
    return (
        select(Case.id)
        .join(Escalation, Escalation.case_id == Case.id)
        .where(*_UNSEEN, Case.team.in_(teams))
        .order_by(Escalation.id)
    )


def _at_risk(teams: Sequence[str], at: datetime) -> Select[int]:
    """The cases of which a promise falls due soon, the soonest first; what is broken is escalated.

    A promise of a part is that of the team that has it. What stands above as escalated is not told twice.
    """
    stands_above = exists().where(Escalation.case_id == Case.id, *_UNSEEN, Case.team.in_(teams))
    whose = func.coalesce(Part.team, Case.team)
    return (
        select(Case.id)
        .join(SlaClock, SlaClock.case_id == Case.id)
        .outerjoin(Part, Part.id == SlaClock.part_id)
        .where(SlaClock.stopped_at.is_(None), SlaClock.due_at > at, SlaClock.due_at <= at + AT_RISK_WITHIN)
        .where(whose.in_(teams), Case.status != CaseStatus.RESOLVED, ~stands_above)
        .group_by(Case.id)
        .order_by(func.min(SlaClock.due_at), Case.id)
    )


def _asked_for(teams: Sequence[str], act: Act) -> Select[int]:
    """What others ask for in the cases of these teams, the longest waiting first."""
    return (
        select(ApprovalRequest.id)
        .join(Case, Case.id == ApprovalRequest.case_id)
        .where(ApprovalRequest.ended_at.is_(None), ApprovalRequest.asked_by != act.by, Case.team.in_(teams))
        .order_by(ApprovalRequest.id)
    )


def _away(session: Session, teams: Sequence[str], rulebook: Rulebook) -> dict[AgentId, Away]:
    """Who of these teams' people is away, who is back first at the top."""
    listed = [rulebook.teams[team].people for team in teams if team in rulebook.teams]
    away = find_away(session, list(dict.fromkeys(person for people in listed for person in people)))
    return dict(sorted(away.items(), key=lambda each: (each[1].until is None, each[1].until)))
