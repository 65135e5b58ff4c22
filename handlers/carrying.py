"""What becomes of the members of a burst with their parent: in batches, by a job, each of them once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from handlers import members, messages
from handlers.act import Act
from handlers.cases import check_may, get_case, lock_case, lock_cases, refuse, standing_of
from handlers.history import event_of, record, write_down
from handlers.jobs import Job, Urgency, defer
from handlers.parts import list_involved
from models.burst import Carry
from models.case import Case, Outcome
from models.interaction import Interaction
from models.policies import lifecycle
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import (
    CarriedKind,
    CaseEventKind,
    CaseStatus,
    Direction,
    OutcomeKind,
)

AT_A_TIME = 200
"""Members of one transaction; with a card each, it takes a second."""


def take_out(session: Session, case_id: int, act: Act, *, is_all: bool = False) -> Case:
    """Let a member go on by itself; or, given the parent, all that wait for it, one batch after the other."""
    seen = get_case(session, case_id)
    taken = lock_cases(session, [case_id, *([seen.parent_id] if seen.parent_id else [])])
    case = taken[case_id]
    parent = taken.get(case.parent_id or case_id, case)
    check_may(Verb.TAKE_OUT, act, parent.team, involved=list_involved(session, parent))
    standing = standing_of(session, case)
    if is_all:
        refuse(lifecycle.why_not_take_all_out(standing))
        take_all_out(session, case, act)
        return case
    refuse(lifecycle.why_not_take_out(standing))
    members.let_out(session, parent, {case.id: case}, act)
    about = {"other": case.id, "title": case.title, "is_parent": True}
    event = record(session, parent, CaseEventKind.TAKEN_OUT, by=act.by, at=act.at, **about)
    messages.promise_line(session, parent, event)
    messages.refresh_card(session, parent)
    return case


def take_all_out(session: Session, parent: Case, act: Act) -> None:
    """Let all that wait for the parent, which is locked, go on by themselves; its team must be there."""
    refuse(lifecycle.why_not_by_itself(parent.team, act.rulebook.teams))
    order(session, parent, CarriedKind.TAKEN_OUT, act)


def order(session: Session, parent: Case, kind: CarriedKind, act: Act, **details: Any) -> None:
    """Do to every member what was done to the parent, which is locked; `details` are those of the history.

    Orders for one burst are carried out one after the other.
    """
    row = Carry(parent_id=parent.id, kind=kind, details=details, by=act.by, at=act.at)
    session.add(row)
    session.flush()
    defer(session, Job.CARRY, row.id, lock=f"burst:{parent.id}", urgency=Urgency.LINE)


def carry_on(
    session: Session, carry_id: int, rulebook: Rulebook, at: datetime, *, at_a_time: int = AT_A_TIME
) -> bool:
    """Carry an order out for the next members; whether all of them have it.

    How far it came is kept with what was done: after a crash it goes on there, and nobody has it twice.
    Members that were taken out or changed meanwhile are left alone.
    """
    row = session.get_one(Carry, carry_id, with_for_update=True, populate_existing=True)
    if row.ended_at is not None:
        return True
    batch = _take_next(session, row, at_a_time)
    if batch:
        _CARRIED[row.kind](session, row, batch, rulebook)
        row.reached, row.done = max(batch), row.done + len(batch)
        return False
    row.ended_at = at
    if row.done:
        _tell(session, row)
    return True


def _take_next(session: Session, row: Carry, at_a_time: int) -> dict[int, Case]:
    """The next members that are as the order is for, locked in the order of their numbers."""
    is_resolved: ColumnElement[bool] = Case.status == CaseStatus.RESOLVED
    wanted = is_resolved if row.kind is CarriedKind.REOPENED else ~is_resolved
    found = (
        select(Case)
        .where(Case.parent_id == row.parent_id, Case.id > row.reached, wanted)
        .order_by(Case.id)
        .limit(at_a_time)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {case.id: case for case in session.scalars(found)}


def _resolve(session: Session, row: Carry, batch: Mapping[int, Case], _rulebook: Rulebook) -> None:
    for case in batch.values():
        case.status, case.resolved_at = CaseStatus.RESOLVED, row.at
        ended = Outcome(case_id=case.id, kind=OutcomeKind(row.details["outcome"]), theme=row.details["theme"])
        ended.what_was_done, ended.decided_by, ended.at = row.details["what_was_done"], row.by, row.at
        session.add(ended)
    _write(session, row, batch, CaseEventKind.RESOLVED)


def _contact(session: Session, row: Carry, batch: Mapping[int, Case], _rulebook: Rulebook) -> None:
    reached = set(
        session.scalars(
            select(Interaction.case_id).where(
                Interaction.case_id.in_(list(batch)), Interaction.direction == Direction.OUT
            )
        )
    )
    for case in batch.values():
        ours = Interaction(case_id=case.id, direction=Direction.OUT, channel=row.details["channel"])
        ours.words, ours.by, ours.at = row.details["words"], row.by, row.at
        session.add(ours)
    alerted = {number: case.opened_at.isoformat() for number, case in batch.items() if number not in reached}
    each = {number: {"alerted_at": alerted.get(number), "update_due_at": None} for number in batch}
    _write(session, row, batch, CaseEventKind.CONTACTED, each)


def _reopen(session: Session, row: Carry, batch: Mapping[int, Case], _rulebook: Rulebook) -> None:
    session.execute(delete(Outcome).where(Outcome.case_id.in_(list(batch))))
    for case in batch.values():
        case.status, case.resolved_at = CaseStatus.OPEN, None
    _write(session, row, batch, CaseEventKind.REOPENED)


def _let_out(session: Session, row: Carry, batch: Mapping[int, Case], rulebook: Rulebook) -> None:
    parent = get_case(session, row.parent_id)
    members.let_out(session, parent, batch, Act(by=row.by, at=row.at, rulebook=rulebook))


_CARRIED: Mapping[CarriedKind, Callable[[Session, Carry, Mapping[int, Case], Rulebook], None]] = {
    CarriedKind.RESOLVED: _resolve,
    CarriedKind.CONTACTED: _contact,
    CarriedKind.REOPENED: _reopen,
    CarriedKind.TAKEN_OUT: _let_out,
}


def _write(
    session: Session,
    row: Carry,
    batch: Mapping[int, Case],
    kind: CaseEventKind,
    each: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    """A line in the history of each, and in the threads of those with a card; `each` has what differs."""
    events = [
        event_of(case, kind, by=row.by, at=row.at, **row.details, **(each or {}).get(number, {}))
        for number, case in batch.items()
    ]
    write_down(session, batch, events)
    members.tell_threads(session, batch, events)


def _tell(session: Session, row: Carry) -> None:
    """The parent's history and thread say how many have it by now."""
    parent = lock_case(session, row.parent_id)
    about = {"what": row.kind.value, "members": row.done}
    event = record(session, parent, CaseEventKind.CARRIED, by=row.by, at=row.at, **about)
    messages.promise_line(session, parent, event)
    messages.refresh_card(session, parent)
