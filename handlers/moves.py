"""A case goes to another team: its promise, who has it, and its card."""

from sqlalchemy.orm import Session

from handlers import approvals, assignment, involving, pauses, places
from handlers.act import Act
from handlers.cases import refuse, refuse_person, standing_of, take_case
from handlers.history import record
from handlers.promises import promise_anew
from models.case import Case
from models.policies import lifecycle, permissions
from models.policies.permissions import Verb
from models.vocabulary import AgentId, CaseEventKind, ClockKind, PartEnd, PauseEnd


def move(session: Session, case_id: int, act: Act, *, to: str) -> Case:
    """Give a case to another team, by its key; for who has it and for who leads the team that it leaves.

    Who has it keeps it only by working for the new team too; else it is open there, to be acknowledged
    afresh, and given to somebody as a new one would be.
    """
    case = take_case(session, case_id, act, Verb.MOVE)
    standing, teams = standing_of(session, case), act.rulebook.teams
    others = [team for team in teams if team != case.team]
    refuse(lifecycle.why_not_move(standing, case.team, teams[to], others), field="to")
    refuse_person(permissions.why_not_move(act.by, standing.owner, case.team, act.rulebook), case.team)
    before, case.team = case.team, to
    leaving = _leaving(session, case, standing.owner, act)
    afresh = frozenset({ClockKind.ACKNOWLEDGE} if leaving else ())
    promised = promise_anew(session, case, act, hours=teams[to].hours, afresh=afresh)
    details = {"before": before, "to": to, "channel": teams[to].channel, "left_by": leaving}
    names = {"from_name": teams[before].name if before in teams else before, "to_name": teams[to].name}
    event = record(session, case, CaseEventKind.MOVED, by=act.by, at=act.at, **details, **names, **promised)
    places.move_card(session, case, event, teams[to].channel)
    involving.end_all(session, case, act, PartEnd.MOVED, of_team=to)
    approvals.ask_anew(session, case, act.at)
    if standing.owner is None or leaving:
        assignment.assign_by_rules(session, [case], act.rulebook, act.at)
    return case


def _leaving(session: Session, case: Case, owner: AgentId | None, act: Act) -> AgentId | None:
    """Who had the case and does not work for its new team; their assignment ends."""
    if owner is None or permissions.why_not_hold(owner, case.team, act.rulebook) is None:
        return None
    assignment.let_go(session, case, act.at)
    pauses.end(session, case, because=PauseEnd.RESUMED, by=act.by, at=act.at)  # nobody watches it now
    return owner
