"""Who helps on a case beside the one who has it."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.cases import refuse, refuse_person, standing_of, take_case
from handlers.history import record
from models.case import Case, Helper
from models.policies import lifecycle, permissions
from models.policies.permissions import Verb
from models.vocabulary import AgentId, CaseEventKind


def add(session: Session, case_id: int, act: Act, *, who: AgentId) -> None:
    """Let somebody of the team help on a case."""
    case = take_case(session, case_id, act, Verb.ADD)
    refuse(lifecycle.why_not_add(standing_of(session, case), who, list_helpers(session, case_id)))
    refuse_person(permissions.why_not_hold(who, case.team, act.rulebook), case.team)
    session.add(Helper(case_id=case.id, agent_id=who, added_by=act.by, added_at=act.at))
    _tell(session, case, act, CaseEventKind.HELPER_ADDED, who)


def remove(session: Session, case_id: int, act: Act, *, who: AgentId) -> None:
    """Let somebody help no more."""
    case = take_case(session, case_id, act, Verb.REMOVE)
    refuse(lifecycle.why_not_remove(standing_of(session, case), who, list_helpers(session, case_id)))
    end_for(session, case, who, act)


def end_for(session: Session, case: Case, who: AgentId, act: Act) -> None:
    """Somebody helps no more on a case that is locked by now; where they did not, nothing happens."""
    ended = session.scalar(
        update(Helper)
        .where(Helper.case_id == case.id, Helper.agent_id == who, Helper.ended_at.is_(None))
        .values(ended_at=act.at, ended_by=act.by)
        .returning(Helper.id)
    )
    if ended is not None:
        _tell(session, case, act, CaseEventKind.HELPER_REMOVED, who)


def list_helpers(session: Session, case_id: int) -> list[AgentId]:
    """Who helps on a case, in the order in which they came."""
    return find_helpers(session, [case_id]).get(case_id, [])


def find_helpers(session: Session, case_ids: Sequence[int]) -> dict[int, list[AgentId]]:
    """Who helps on each of these cases; those on which nobody does are left out."""
    rows = session.execute(
        select(Helper.case_id, Helper.agent_id)
        .where(Helper.case_id.in_(case_ids), Helper.ended_at.is_(None))
        .order_by(Helper.id)
    )
    found: dict[int, list[AgentId]] = {}
    for case_id, agent_id in rows:
        found.setdefault(case_id, []).append(agent_id)
    return found


def _tell(session: Session, case: Case, act: Act, kind: CaseEventKind, who: AgentId) -> None:
    event = record(session, case, kind, by=act.by, at=act.at, who=who)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
