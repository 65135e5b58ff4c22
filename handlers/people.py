"""Who can work at all: kept as Slack tells it; the cases of who cannot any more go back to their teams."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import assignment, helpers, involving, messages
from handlers.act import Act
from handlers.owners import find_owners
from models.case import Assignment, Case, Helper
from models.part import Part
from models.person import KnownPerson
from models.policies import leaving
from models.policies.rosters import without
from models.vocabulary import AgentId, Barred, CaseStatus

TRUSTED_FOR = timedelta(hours=1)
"""So long what was learned holds, in case that Slack's word of a change never came."""
_OWNERS = (
    select(Assignment.agent_id)
    .join(Case, Case.id == Assignment.case_id)
    .where(Assignment.ended_at.is_(None), Case.status != CaseStatus.RESOLVED)
    .distinct()
)


def load_barred(session: Session) -> dict[AgentId, Barred]:
    """Who can have no case, and why."""
    rows = session.execute(select(KnownPerson.agent_id, KnownPerson.barred))
    return {person: barred for person, barred in rows if barred is not None}


def find_unknown(session: Session, listed: Sequence[AgentId], at: datetime, *, limit: int) -> list[AgentId]:
    """Those of whom Slack is to be asked, never or long ago learned: listed somewhere, or with a case."""
    rows = session.execute(select(KnownPerson.agent_id, KnownPerson.learned_at))
    learned: dict[AgentId, datetime] = dict(rows.all())
    wanted = dict.fromkeys((*listed, *session.scalars(_OWNERS)))
    old = [who for who in wanted if learned.get(who, at) <= at - TRUSTED_FOR]
    new = [who for who in wanted if who not in learned]
    return [*new, *old][:limit]


def keep(session: Session, who: AgentId, barred: Barred | None, at: datetime) -> None:
    """Keep what Slack said of somebody."""
    said = {"barred": barred, "learned_at": at}
    session.execute(
        insert(KnownPerson)
        .values(agent_id=who, **said)
        .on_conflict_do_update(index_elements=["agent_id"], set_=said)
    )


def free_cases(session: Session, who: AgentId, barred: Barred, act: Act) -> None:
    """Take all that somebody has from them, and let them help no more; each team is told once.

    What they did for another team's case is back with their team.

    A case goes to whom its team's strategy chooses, as a new one would, else it waits for the team. There
    may be none, and nothing is told.
    """
    cases = _take(session, who)
    owners = find_owners(session, [case.id for case in cases])  # nobody can change it now
    held = [case for case in cases if owners.get(case.id) == who]
    for case in cases:
        helpers.end_for(session, case, who, act)
        involving.leave(session, case, who, act, because=leaving.what_is(barred))
    for case in held:
        assignment.free(session, case, who, barred, act)
    led = [case for case in held if case.team in act.rulebook.teams]
    assignment.assign_by_rules(session, led, without(act.rulebook, {who: barred}), act.at)
    _tell_teams(session, led, who, barred, act)


def find_holding(session: Session) -> dict[AgentId, Barred]:
    """Who can have no case and has one all the same: given in the moment in which they left, say."""
    barred = load_barred(session)
    holding = _OWNERS.where(Assignment.agent_id.in_(barred))
    doing = select(Part.holder).where(Part.holder.in_(barred), Part.ended_at.is_(None)).distinct()
    return {who: barred[who] for who in session.scalars(union(holding, doing))} if barred else {}


def _take(session: Session, who: AgentId) -> Sequence[Case]:
    """Their open cases, and those on which they help or do a part, locked in the order of their numbers."""
    theirs = union(
        select(Assignment.case_id).where(Assignment.agent_id == who, Assignment.ended_at.is_(None)),
        select(Helper.case_id).where(Helper.agent_id == who, Helper.ended_at.is_(None)),
        select(Part.case_id).where(Part.holder == who, Part.ended_at.is_(None)),
    )
    return session.scalars(
        select(Case)
        .where(Case.id.in_(theirs), Case.status != CaseStatus.RESOLVED)
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _tell_teams(session: Session, cases: Sequence[Case], who: AgentId, barred: Barred, act: Act) -> None:
    owners = find_owners(session, [case.id for case in cases])
    by_team: dict[str, list[int]] = {}
    for case in cases:
        by_team.setdefault(case.team, []).append(case.id)
    for team, numbers in by_team.items():
        now: Mapping[int, AgentId | None] = {number: owners.get(number) for number in numbers}
        words = leaving.words_for_team(who, barred, now)
        messages.tell_team(session, act.rulebook.teams[team].channel, words, act.at)
