"""What people and time do about an escalation: it climbs, is raised by hand, is acknowledged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, escalations, messages
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.sla import load_clocks
from models.case import Case
from models.policies import escalating, lifecycle
from models.policies.permissions import Verb
from models.sla import Escalation, SlaClock
from models.vocabulary import CaseEventKind


def raise_for(session: Session, case: Case, clock: SlaClock, act: Act) -> bool:
    """Raise a case whose promise was not kept; False while it is raised already."""
    reason = f"the promise to {clock.kind.value} it was not kept"
    raised = escalations.begin(session, case, act, reason=reason, clock=clock)
    if raised is not None:
        _climb_if_due(session, case, raised, act)
    return raised is not None


def climb_due(session: Session, case: Case, act: Act) -> None:
    """Tell the step that is due; what is over meanwhile ends instead."""
    escalations.settle(session, case, load_clocks(session, [case.id])[case.id], act.at)
    for escalation in _due(session, case, act.at):
        _climb_if_due(session, case, escalation, act)


def escalate(session: Session, case_id: int, act: Act, *, reason: str) -> Case:
    """Raise a case now, before any promise is broken or whatever was promised."""
    case = take_case(session, case_id, act, Verb.ESCALATE)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    words = reason.strip()
    if not words:
        example = f"/recovery escalate {case_id} The customer calls the press"
        raise CannotDo(f"Say why it cannot wait: `{example}`.", field="reason")
    refuse(escalating.why_not_escalate(case_id, escalations.find_climb(session, case_id)), field="reason")
    raised = escalations.begin(session, case, act, reason=words)
    if raised is not None:
        _climb_now(session, case, raised, act)
    messages.refresh_card(session, case)
    return case


def acknowledge(session: Session, case_id: int, act: Act) -> Case:
    """Say that one sees to it: the escalation climbs no more."""
    case = take_case(session, case_id, act, Verb.ACK)
    refuse(escalating.why_not_acknowledge(case_id, escalations.find_climb(session, case_id)))
    escalation = escalations.find_latest(session, case_id)
    if escalation is not None:
        escalation.acknowledged_by, escalation.acknowledged_at = act.by, act.at
        escalation.next_step_at = None
        event = record(session, case, CaseEventKind.ACKNOWLEDGED, by=act.by, at=act.at)
        messages.promise_line(session, case, event)
        messages.refresh_escalation(session, case_id, escalation.id)
        messages.refresh_card(session, case)
    return case


def _due(session: Session, case: Case, at: datetime) -> Sequence[Escalation]:
    return session.scalars(
        select(Escalation)
        .where(Escalation.case_id == case.id, Escalation.next_step_at <= at)
        .execution_options(populate_existing=True)
    ).all()


def _climb_if_due(session: Session, case: Case, escalation: Escalation, act: Act) -> None:
    if escalation.next_step_at is not None and escalation.next_step_at <= act.at:
        _climb_now(session, case, escalation, act)


def _climb_now(session: Session, case: Case, escalation: Escalation, act: Act) -> None:
    if escalation.step >= len(escalation.ladder):
        escalations.tell_admins(session, case, escalation, act.rulebook, act.at)
        return
    heir = escalations.tell_step(session, case, escalation, act.rulebook, act.at)
    if heir is not None:
        assignment.inherit(session, case, heir, act)
