"""A case that was resolved too soon: which of its promises start afresh, and which go on."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import assignment, carrying, messages, pauses, sla
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.owners import find_owner
from models.case import Case, Outcome
from models.policies import lifecycle, permissions
from models.policies.permissions import Verb
from models.sla import SlaPause
from models.vocabulary import (
    AgentId,
    CarriedKind,
    CaseEventKind,
    CaseStatus,
    ClockKind,
    PauseEnd,
    PauseReason,
)

WHY_LENGTH = 300
"""Characters of why."""


def reopen(session: Session, case_id: int, act: Act, *, why: str) -> Case:
    """Work on a resolved case again; who had it last has it, if they still work for its team.

    To contact the customer and to update them is promised anew from now on, and to acknowledge it where
    nobody has it. To resolve it goes on: the time for which it was resolved is a pause. How it had ended
    stays in the history. The members of a burst that were resolved with it are open with it again.
    """
    words = why.strip()
    if not words:
        raise CannotDo(f"Say why: `/recovery reopen {case_id} The new lamp broke too`.", field="why")
    if len(words) > WHY_LENGTH:
        raise CannotDo(f"Say it in at most {WHY_LENGTH} characters; these are {len(words)}.", field="why")
    case = take_case(session, case_id, act, Verb.REOPEN)
    refuse(lifecycle.why_not_reopen(standing_of(session, case)))
    _undo_resolving(session, case, act)
    owner = keep_owner(session, case, act)
    deadlines = _promise(session, case, act.at, is_held=owner is not None)
    event = record(
        session,
        case,
        CaseEventKind.REOPENED,
        by=act.by,
        at=act.at,
        why=words,
        owner=owner,
        deadlines=deadlines,
    )
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    if case.is_parent:
        carrying.order(session, case, CarriedKind.REOPENED, act, why=words, owner=None, deadlines={})
    return case


def keep_owner(session: Session, case: Case, act: Act) -> AgentId | None:
    """Who had a case last has it again, if they still work for its team; None where nobody has it."""
    owner = find_owner(session, case.id)
    case.status = CaseStatus.IN_PROGRESS if owner else CaseStatus.OPEN
    if owner is None or permissions.why_not_hold(owner, case.team, act.rulebook) is None:
        return owner
    assignment.let_go(session, case, act.at)
    return None


def _undo_resolving(session: Session, case: Case, act: Act) -> None:
    """The outcome is none any more, and the time for which the case was resolved counts for nobody."""
    outcome = session.get_one(Outcome, case.id)
    rest = SlaPause(
        case_id=case.id,
        reason=PauseReason.RESOLVED,
        why="",
        started_by=outcome.decided_by,
        started_at=outcome.at,
        ended_at=act.at,
        ended_by=act.by,
        ended_because=PauseEnd.REOPENED,
    )
    session.delete(outcome)
    case.status, case.resolved_at = CaseStatus.OPEN, None
    pauses.begin(session, case, rest)


def _promise(session: Session, case: Case, at: datetime, *, is_held: bool) -> dict[str, str]:
    """Start what starts afresh, let the rest go on; when each is due, by the names of the clocks."""
    resolve = sla.find_latest(session, case).get(ClockKind.RESOLVE)
    if resolve is not None:
        resolve.stopped_at = None
        session.flush()
    for kind in (ClockKind.CONTACT, ClockKind.UPDATE) + (() if is_held else (ClockKind.ACKNOWLEDGE,)):
        sla.start_next_round(session, case, kind, at)
    sla.recompute(session, case, at)
    running = [row for row in sla.find_latest(session, case).values() if row.stopped_at is None]
    return {row.kind.value: row.due_at.isoformat() for row in running if row.due_at}
