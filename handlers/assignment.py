"""Who has a case: claimed for oneself, assigned to another, moved on."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers import messages, sla
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from models.case import Assignment, Case
from models.policies import lifecycle, permissions
from models.policies.permissions import Verb
from models.vocabulary import AgentId, CaseEventKind, CaseStatus, ClockKind


def claim(session: Session, case_id: int, act: Act) -> Case:
    """Take a case that nobody has."""
    case = take_case(session, case_id, act, Verb.CLAIM)
    refuse(lifecycle.why_not_claim(standing_of(session, case), act.by))
    _hand_to(session, case, act.by, act, CaseEventKind.CLAIMED)
    return case


def assign(session: Session, case_id: int, act: Act, *, to: AgentId) -> Case:
    """Give a case that nobody has to somebody who works for its team."""
    case = take_case(session, case_id, act, Verb.ASSIGN)
    refuse(lifecycle.why_not_assign(standing_of(session, case), to))
    refuse(permissions.why_not_hold(to, case.team, act.rulebook))
    _hand_to(session, case, to, act, CaseEventKind.ASSIGNED)
    return case


def reassign(session: Session, case_id: int, act: Act, *, to: AgentId) -> Case:
    """Move a case from the one who has it to another; for the owner and for who leads the team."""
    case = take_case(session, case_id, act, Verb.REASSIGN)
    standing = standing_of(session, case)
    refuse(lifecycle.why_not_reassign(standing, to))
    if standing.owner is None:
        raise CannotDo(f"Nobody has case #{case_id}.")
    refuse(permissions.why_not_hand_over(act.by, standing.owner, case.team, act.rulebook))
    refuse(permissions.why_not_hold(to, case.team, act.rulebook))
    _hand_to(session, case, to, act, CaseEventKind.REASSIGNED, before=standing.owner)
    return case


def _hand_to(
    session: Session, case: Case, to: AgentId, act: Act, kind: CaseEventKind, before: AgentId | None = None
) -> None:
    session.execute(
        update(Assignment)
        .where(Assignment.case_id == case.id, Assignment.ended_at.is_(None))
        .values(ended_at=act.at)
    )
    session.add(Assignment(case_id=case.id, agent_id=to, assigned_by=act.by, assigned_at=act.at))
    case.status = CaseStatus.IN_PROGRESS
    sla.stop_clocks(session, case, act.at, kinds=[ClockKind.ACKNOWLEDGE])
    details = {"to": to} | ({"before": before} if before else {})
    event = record(session, case, kind, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
