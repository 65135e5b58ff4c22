"""The sweep over everything that runs: writes what is due, each thing once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import approvals, approving, climbing, escalations, messages, notices, part_clocks
from handlers.act import Act
from handlers.helpers import find_helpers
from handlers.history import event_of, write_down
from handlers.jobs import Urgency
from handlers.owners import find_owners
from handlers.sla import clock_of
from models.approval import ApprovalRequest
from models.case import Case, CaseEvent
from models.policies.pings import is_worth_telling, told_at
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Mark, MarkKind
from models.sla import Escalation, SlaClock, SlaPing
from models.vocabulary import SYSTEM, CaseEventKind, CaseStatus

_BOOK_PINGS = insert(SlaPing).on_conflict_do_nothing()


def sweep(session: Session, rulebook: Rulebook, at: datetime, *, limit: int = 100) -> int:
    """Write every ping, breach and step of a ladder that is due, each once; how many cases.

    Cases are locked first, as everything that changes a case does, and those that another replica is
    sweeping are skipped. What was missed while nobody swept is told once: the latest mark of each clock.
    """
    cases = session.scalars(
        select(Case).where(Case.id.in_(_due(at, limit))).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    if cases:
        _sweep(session, {case.id: case for case in cases}, Act(by=SYSTEM, at=at, rulebook=rulebook))
    return len(cases)


def has_due(session: Session, at: datetime) -> bool:
    """Whether something that was due at `at` is not written yet, because another replica is at it, say."""
    return session.scalar(select(exists(_due(at, 1)))) or False


def _due(at: datetime, limit: int) -> Select[tuple[int]]:
    """The cases about which something is due, what has waited longest first; each part reads an index."""
    marks = (
        select(SlaClock.case_id, SlaClock.next_mark_at.label("since"))
        .where(SlaClock.next_mark_at <= at)
        .order_by(SlaClock.next_mark_at)
        .limit(limit)
    )
    waiting = (
        select(SlaClock.case_id, SlaPing.waits_until.label("since"))
        .join(SlaPing, SlaPing.clock_id == SlaClock.id)
        .where(SlaPing.waits_until <= at)
        .order_by(SlaPing.waits_until)
        .limit(limit)
    )
    steps = (
        select(Escalation.case_id, Escalation.next_step_at.label("since"))
        .where(Escalation.next_step_at <= at)
        .order_by(Escalation.next_step_at)
        .limit(limit)
    )
    asked = (
        select(ApprovalRequest.case_id, ApprovalRequest.next_step_at.label("since"))
        .where(ApprovalRequest.next_step_at <= at)
        .order_by(ApprovalRequest.next_step_at)
        .limit(limit)
    )
    parts = [part.subquery().select() for part in (marks, waiting, steps, asked)]
    due = union_all(*parts).subquery()
    return select(due.c.case_id).order_by(due.c.since).limit(limit)


def _sweep(session: Session, cases: Mapping[int, Case], act: Act) -> None:
    """Table by table for all of them at once: ten thousand reminders may be due in one minute."""
    broken = _mark(session, cases, act)
    parts = part_clocks.load_parts(session, broken)
    for row in broken:
        if row.part_id is not None:
            part_clocks.tell_late(session, cases[row.case_id], row, parts[row.part_id], act)
        else:
            _raise(session, cases[row.case_id], row, act)
    _tell_pings(session, cases, act)
    for case_id in escalations.find_raised(session, cases):
        climbing.climb_due(session, cases[case_id], act)
    for case_id, request in approvals.find_due(session, cases, act.at).items():
        approving.climb_due(session, cases[case_id], request, act)
    messages.refresh_cards(session, cases)


def _mark(session: Session, cases: Mapping[int, Case], act: Act) -> list[SlaClock]:
    """Write down what the clocks reached; those whose promise broke."""
    pings, broken = [], []
    rows = _due_clocks(session, cases, act.at)
    parts = part_clocks.load_parts(session, rows)
    for row in rows:
        case, clock = cases[row.case_id], clock_of(row)
        team = parts[row.part_id].team if row.part_id is not None else case.team
        marks = clock.due_marks(row.marked_until, act.at)
        row.marked_until, row.next_mark_at = act.at, clock.next_mark(act.at)
        pings += [_ping(row, mark, team, act) for mark in marks if mark.kind is MarkKind.PING]
        if case.status is not CaseStatus.RESOLVED and any(mark.kind is MarkKind.BREACH for mark in marks):
            broken.append(row)
    if pings:
        session.execute(_BOOK_PINGS, pings)
    return broken


def _due_clocks(session: Session, cases: Mapping[int, Case], at: datetime) -> Sequence[SlaClock]:
    return session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id.in_(cases), SlaClock.next_mark_at <= at)
        .order_by(SlaClock.case_id, SlaClock.due_at)
        .execution_options(populate_existing=True)
    ).all()


def _ping(row: SlaClock, mark: Mark, key: str, act: Act) -> dict[str, Any]:
    """This threshold of this clock is reached, once, ever: the row is the proof."""
    team = act.rulebook.teams.get(key)  # it may have left rules.yaml while its cases are open
    waits_until = told_at(act.at, team.hours if team else None)
    return {"clock_id": row.id, "threshold": mark.name, "at": act.at, "waits_until": waits_until}


def _tell_pings(session: Session, cases: Mapping[int, Case], act: Act) -> None:
    """Tell once of each clock whose pings waited until now; not of one that stopped or broke meanwhile."""
    at = act.at
    waiting = select(SlaPing.clock_id).where(SlaPing.waits_until <= at)
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id.in_(cases), SlaClock.id.in_(waiting))
        .order_by(SlaClock.case_id, SlaClock.due_at)
    ).all()
    session.execute(
        update(SlaPing)
        .where(SlaPing.clock_id.in_(row.id for row in rows), SlaPing.waits_until <= at)
        .values(waits_until=None)
    )
    reminding = [row for row in rows if is_worth_telling(clock_of(row).status(at))]
    part_clocks.tell(session, cases, reminding, act)
    of_cases = [row for row in reminding if row.part_id is None]
    for event in _tell(session, cases, of_cases, CaseEventKind.PINGED, at):
        messages.promise_line(session, cases[event.case_id], event, Urgency.PING)


def _raise(session: Session, case: Case, row: SlaClock, act: Act) -> None:
    """Put the case on its ladder; where it climbs one already, that goes on, and people are told of both."""
    if not climbing.raise_for(session, case, row, act):
        (event,) = _tell(session, {case.id: case}, [row], CaseEventKind.BREACHED, act.at)
        messages.promise_line(session, case, event, Urgency.PING)
        escalations.refresh(session, case.id)


def _tell(
    session: Session, cases: Mapping[int, Case], rows: Sequence[SlaClock], kind: CaseEventKind, at: datetime
) -> list[CaseEvent]:
    """The histories' lines about clocks: which, since when due, and who had the case; they are told of it."""
    numbers = [row.case_id for row in rows]
    owners = find_owners(session, numbers) if rows else {}
    helpers = find_helpers(session, numbers) if rows else {}
    events = []
    for row in rows:
        owner = owners.get(row.case_id)
        about = {"clock": row.kind.value, "due_at": row.due_at and row.due_at.isoformat(), "owner": owner}
        helping = helpers.get(row.case_id, [])
        events.append(event_of(cases[row.case_id], kind, by=SYSTEM, at=at, helpers=helping, **about))
    write_down(session, cases, events)
    for event in events:
        if event.case_id in owners:
            notices.owe(session, owners[event.case_id], event)
    return events
