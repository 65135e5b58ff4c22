"""Who has a case: claimed, assigned, moved on, given by a team's strategy, or handed over by who is away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from handlers import escalations, messages, notices, pauses, sla
from handlers.act import Act
from handlers.cases import refuse, refuse_person, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.owners import find_owner
from handlers.workloads import load_people, take_turn
from models.absence import Absence
from models.case import Assignment, Case, CaseEvent
from models.policies import lifecycle, permissions
from models.policies.assignment import (
    Chosen,
    Wanted,
    choose_assignee,
    choose_successor,
    why_not_one_more,
)
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM, AgentId, Barred, CaseEventKind, CaseStatus, ClockKind, PauseEnd

_LAST_OWNER = (
    select(Assignment.agent_id)
    .join(Case, Case.id == Assignment.case_id)
    .where(Case.customer_id == bindparam("customer_id"), Case.id != bindparam("case_id"))
    .order_by(Assignment.id.desc())
    .limit(1)
)


def claim(session: Session, case_id: int, act: Act) -> Case:
    """Take a case that nobody has, or one that a rule gave to the person who claims it."""
    case = take_case(session, case_id, act, Verb.CLAIM)
    standing = standing_of(session, case)
    if standing.owner == act.by and sla.stop_acknowledge(session, case, act.at):
        _tell(session, case, act, CaseEventKind.CLAIMED, to=act.by)
        return case
    refuse(lifecycle.why_not_claim(standing, act.by))
    _hand_to(session, case, act.by, act, CaseEventKind.CLAIMED)
    return case


def assign(session: Session, case_id: int, act: Act, *, to: AgentId) -> Case:
    """Give a case that nobody has to somebody who works for its team."""
    case = take_case(session, case_id, act, Verb.ASSIGN)
    refuse(lifecycle.why_not_assign(standing_of(session, case), to))
    _refuse_to_load(session, case, to, act)
    _hand_to(session, case, to, act, CaseEventKind.ASSIGNED)
    return case


def reassign(session: Session, case_id: int, act: Act, *, to: AgentId) -> Case:
    """Move a case from the one who has it to another; for the owner and for who leads the team."""
    case = take_case(session, case_id, act, Verb.REASSIGN)
    standing = standing_of(session, case)
    refuse(lifecycle.why_not_reassign(standing, to))
    if standing.owner is None:
        raise CannotDo(f"Nobody has case #{case_id}.")
    refuse_person(permissions.why_not_hand_over(act.by, standing.owner, case.team, act.rulebook), case.team)
    _refuse_to_load(session, case, to, act)
    _hand_to(session, case, to, act, CaseEventKind.REASSIGNED, before=standing.owner)
    return case


def take_over(session: Session, case_id: int, act: Act) -> Case:
    """Take a case from the one who has it, who is told; for who leads the team."""
    case = take_case(session, case_id, act, Verb.TAKE_OVER)
    standing = standing_of(session, case)
    refuse(lifecycle.why_not_take_over(standing, act.by))
    if standing.owner is None:
        raise CannotDo(f"Nobody has case #{case_id}.")
    event = _hand_to(session, case, act.by, act, CaseEventKind.TAKEN_OVER, before=standing.owner)
    notices.owe(session, standing.owner, event)
    return case


def release(session: Session, case_id: int, act: Act) -> Case:
    """Give a case back to its team, to be acknowledged afresh; for the owner and for who leads the team."""
    case = take_case(session, case_id, act, Verb.RELEASE)
    standing = standing_of(session, case)
    refuse(lifecycle.why_not_release(standing))
    if standing.owner is None:
        raise CannotDo(f"Nobody has case #{case_id}.")
    why_not = permissions.why_not_hand_over(
        act.by, standing.owner, case.team, act.rulebook, deed="give this case back"
    )
    refuse_person(why_not, case.team)
    due_at = _give_back(session, case, by=act.by, at=act.at)
    event = record(
        session, case, CaseEventKind.RELEASED, by=act.by, at=act.at, before=standing.owner, due_at=due_at
    )
    messages.promise_line(session, case, event)
    escalations.refresh(session, case.id)
    messages.refresh_card(session, case)
    return case


def assign_by_rules(session: Session, opened: Sequence[Case], rulebook: Rulebook, at: datetime) -> None:
    """Give each of these new cases to whom its rule or its team chooses; the others wait for the team."""
    given = [case for case in opened if _is_given(case, rulebook)]
    if given:
        take_turn(session)
    for case in given:
        chosen = _choose(session, case, rulebook, at)
        if chosen is not None:
            _hold(session, case, chosen.agent_id, by=SYSTEM, at=at)
            details = {"to": chosen.agent_id, "because": chosen.because}
            event = record(session, case, CaseEventKind.ASSIGNED, by=SYSTEM, at=at, **details)
            messages.promise_line(session, case, event)


def hand_over(
    session: Session, cases: Sequence[Case], absence: Absence, rulebook: Rulebook, at: datetime
) -> None:
    """Take these cases, locked by now, from who is away: for who stands in, by a strategy, or for the team.

    Who gets one goes on where it stood, and is told of all in one direct message; given back to the team it
    is to be acknowledged afresh.
    """
    if cases:
        take_turn(session)
    for case in cases:
        chosen = _choose_successor(session, case, absence, rulebook, at)
        until = absence.until.isoformat() if absence.until else None
        details: dict[str, str | None] = {"before": absence.agent_id, "until": until}
        if chosen is not None:
            _hold(session, case, chosen.agent_id, by=SYSTEM, at=at)
            details |= {"to": chosen.agent_id, "because": chosen.because}
        else:
            details |= {"to": None, "due_at": _give_back(session, case, by=SYSTEM, at=at)}
        event = record(session, case, CaseEventKind.HANDED_OVER, by=SYSTEM, at=at, **details)
        if chosen is not None:
            notices.owe(session, chosen.agent_id, event)
        messages.promise_line(session, case, event)
        escalations.refresh(session, case.id)
        messages.refresh_card(session, case)


def _is_given(case: Case, rulebook: Rulebook) -> bool:
    is_chosen = rulebook.chosen_for(case.rule, case.team)
    return bool(is_chosen or rulebook.teams[case.team].assignment.strategies)


def _choose_successor(
    session: Session, case: Case, absence: Absence, rulebook: Rulebook, at: datetime
) -> Chosen | None:
    team = rulebook.teams.get(case.team)
    if team is None:
        return None
    wanted, people = _wanted(session, case, rulebook), load_people(session, team, at)
    return choose_successor(absence.stand_in, team.assignment, wanted, people)


def _choose(session: Session, case: Case, rulebook: Rulebook, at: datetime) -> Chosen | None:
    team = rulebook.teams[case.team]
    return choose_assignee(team.assignment, _wanted(session, case, rulebook), load_people(session, team, at))


def _wanted(session: Session, case: Case, rulebook: Rulebook) -> Wanted:
    last_owner = session.scalar(_LAST_OWNER, {"customer_id": case.customer_id, "case_id": case.id})
    chosen = rulebook.chosen_for(case.rule, case.team)
    return Wanted(frozenset(case.needs), case.customer.segment, last_owner, chosen)


def _refuse_to_load(session: Session, case: Case, to: AgentId, act: Act) -> None:
    """Refuse to give a case to who cannot hold it, is away or has enough.

    Who leads the team may do it for the last two, and whoever takes a case themself knows what they do.
    """
    refuse(permissions.why_not_hold(to, case.team, act.rulebook))
    team = act.rulebook.teams.get(case.team)
    limit = team.assignment.limit_per_person if team else None
    leads = permissions.roles_in(act.by, case.team, act.rulebook) & permissions.WHO_LEADS
    if team is not None and to != act.by and not leads:
        if limit is not None:
            take_turn(session)
        refuse(why_not_one_more(to, load_people(session, team, act.at), limit), field="to")


def _hand_to(
    session: Session, case: Case, to: AgentId, act: Act, kind: CaseEventKind, before: AgentId | None = None
) -> CaseEvent:
    """A person gave or took it, and that is an acknowledgement."""
    _hold(session, case, to, by=act.by, at=act.at)
    sla.stop_clocks(session, case, act.at, kinds=[ClockKind.ACKNOWLEDGE])
    return _tell(session, case, act, kind, to=to, **({"before": before} if before else {}))


def _give_back(session: Session, case: Case, *, by: AgentId, at: datetime) -> str | None:
    """Nobody has it, and it is to be acknowledged afresh: by when, None where that is not promised."""
    let_go(session, case, at)
    pauses.end(session, case, because=PauseEnd.RESUMED, by=by, at=at)
    again = sla.start_next_round(session, case, ClockKind.ACKNOWLEDGE, at)
    return again.due_at.isoformat() if again and again.due_at else None


def inherit(session: Session, case: Case, to: AgentId, act: Act) -> None:
    """A ladder gives the case to somebody, who need not have seen it yet; both are told."""
    before = find_owner(session, case.id)
    if before == to:
        return
    _hold(session, case, to, by=SYSTEM, at=act.at)
    kind = CaseEventKind.REASSIGNED if before else CaseEventKind.ASSIGNED
    details = {"to": to, "because": "its ladder says so"} | ({"before": before} if before else {})
    event = record(session, case, kind, by=SYSTEM, at=act.at, **details)
    for person in filter(None, (before, to)):
        notices.owe(session, person, event)
    messages.promise_line(session, case, event)
    escalations.refresh(session, case.id)


def free(session: Session, case: Case, before: AgentId, barred: Barred, act: Act) -> None:
    """Who has it can have no case any more: it is back with the team."""
    due_at = _give_back(session, case, by=act.by, at=act.at)
    details = {"before": before, "because": barred.value, "due_at": due_at}
    event = record(session, case, CaseEventKind.RELEASED, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    escalations.refresh(session, case.id)
    messages.refresh_card(session, case)


def let_go(session: Session, case: Case, at: datetime) -> None:
    """Nobody has the case any more."""
    session.execute(
        update(Assignment)
        .where(Assignment.case_id == case.id, Assignment.ended_at.is_(None))
        .values(ended_at=at)
    )
    case.status = CaseStatus.OPEN


def _hold(session: Session, case: Case, to: AgentId, *, by: AgentId, at: datetime) -> None:
    let_go(session, case, at)
    session.add(Assignment(case_id=case.id, agent_id=to, assigned_by=by, assigned_at=at))
    case.status = CaseStatus.IN_PROGRESS


def _tell(session: Session, case: Case, act: Act, kind: CaseEventKind, **details: AgentId) -> CaseEvent:
    event = record(session, case, kind, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    escalations.refresh(session, case.id)
    messages.refresh_card(session, case)
    return event
