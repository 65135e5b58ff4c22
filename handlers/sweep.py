"""The sweep over everything that runs: writes what is due, each thing once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import climbing, escalations, messages, notices
from handlers.act import Act
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import find_owner
from handlers.sla import clock_of
from models.case import Case, CaseEvent
from models.policies.pings import is_worth_telling, told_at
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Mark, MarkKind
from models.sla import Escalation, SlaClock, SlaPing
from models.vocabulary import SYSTEM, CaseEventKind, CaseStatus


def sweep(session: Session, rulebook: Rulebook, at: datetime, *, limit: int = 100) -> int:
    """Write every ping, breach and step of a ladder that is due, each once; how many cases.

    Cases are locked first, as everything that changes a case does, and those that another replica is
    sweeping are skipped. What was missed while nobody swept is told once: the latest mark of each clock.
    """
    cases = session.scalars(
        select(Case).where(Case.id.in_(_due(at, limit))).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    act = Act(by=SYSTEM, at=at, rulebook=rulebook)
    for case in cases:
        for row in _due_clocks(session, case, at):
            _mark(session, case, row, act)
        _tell_pings(session, case, at)
        climbing.climb_due(session, case, act)
        messages.refresh_card(session, case)
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
    parts = [part.subquery().select() for part in (marks, waiting, steps)]
    due = union_all(*parts).subquery()
    return select(due.c.case_id).order_by(due.c.since).limit(limit)


def _due_clocks(session: Session, case: Case, at: datetime) -> Sequence[SlaClock]:
    return session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.next_mark_at <= at)
        .order_by(SlaClock.due_at)
        .execution_options(populate_existing=True)
    ).all()


def _mark(session: Session, case: Case, row: SlaClock, act: Act) -> None:
    clock, at = clock_of(row), act.at
    marks = clock.due_marks(row.marked_until, at)
    row.marked_until, row.next_mark_at = at, clock.next_mark(at)
    team = act.rulebook.teams.get(case.team)  # it may have left rules.yaml while its cases are open
    waits_until = told_at(at, team.hours if team else None)
    for mark in marks:
        if mark.kind is MarkKind.PING:
            _book_ping(session, row, mark, at, waits_until)
    if any(mark.kind is MarkKind.BREACH for mark in marks) and case.status is not CaseStatus.RESOLVED:
        _raise(session, case, row, act)


def _book_ping(session: Session, row: SlaClock, mark: Mark, at: datetime, waits_until: datetime) -> None:
    """This threshold of this clock is reached, once, ever: the row is the proof."""
    session.execute(
        insert(SlaPing)
        .values(clock_id=row.id, threshold=mark.name, at=at, waits_until=waits_until)
        .on_conflict_do_nothing()
    )


def _tell_pings(session: Session, case: Case, at: datetime) -> None:
    """Tell once of each clock whose pings waited until now; not of one that stopped or broke meanwhile."""
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.id.in_(_waiting(case, at)))
        .order_by(SlaClock.due_at)
    ).all()
    session.execute(
        update(SlaPing)
        .where(SlaPing.clock_id.in_(row.id for row in rows), SlaPing.waits_until <= at)
        .values(waits_until=None)
    )
    for row in rows:
        if is_worth_telling(clock_of(row).status(at)):
            event = _tell(session, case, row, CaseEventKind.PINGED, at)
            messages.promise_line(session, case, event, Urgency.PING)


def _waiting(case: Case, at: datetime) -> Select[int]:
    return (
        select(SlaPing.clock_id)
        .join(SlaClock, SlaClock.id == SlaPing.clock_id)
        .where(SlaClock.case_id == case.id, SlaPing.waits_until <= at)
    )


def _raise(session: Session, case: Case, row: SlaClock, act: Act) -> None:
    """Put the case on its ladder; where it climbs one already, that goes on, and people are told of both."""
    if not climbing.raise_for(session, case, row, act):
        event = _tell(session, case, row, CaseEventKind.BREACHED, act.at)
        messages.promise_line(session, case, event, Urgency.PING)
        escalations.refresh(session, case.id)


def _tell(session: Session, case: Case, row: SlaClock, kind: CaseEventKind, at: datetime) -> CaseEvent:
    """The history's line about a clock: which, since when due, and who had the case; they are told of it."""
    owner = find_owner(session, case.id)
    about = {"clock": row.kind.value, "due_at": row.due_at and row.due_at.isoformat(), "owner": owner}
    event = record(session, case, kind, by=SYSTEM, at=at, **about)
    if owner is not None:
        notices.owe(session, owner, event)
    return event
