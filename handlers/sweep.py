"""The sweep over everything that runs: writes what is due, each thing once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages, notices
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import find_owner
from handlers.sla import clock_of
from models.case import Case, CaseEvent
from models.policies.pings import is_worth_telling, told_at
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Mark, MarkKind
from models.sla import Escalation, SlaClock, SlaPing
from models.vocabulary import SYSTEM, AgentId, CaseEventKind, CaseStatus

FIRST_STEP = 1
"""The step of the ladder that a breach raises a case to: the team's supervisors."""


def sweep(session: Session, rulebook: Rulebook, at: datetime, *, limit: int = 100) -> int:
    """Write every ping and breach that is due at `at`, each once, and refresh the cards; how many cases.

    Cases are locked first, as everything that changes a case does, and those that another replica is
    sweeping are skipped. What was missed while nobody swept is told once: the latest mark of each clock.
    """
    cases = session.scalars(
        select(Case).where(Case.id.in_(_due(at, limit))).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    for case in cases:
        for row in _due_clocks(session, case, at):
            _mark(session, case, row, rulebook, at)
        _tell_pings(session, case, at)
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
    due = union_all(marks.subquery().select(), waiting.subquery().select()).subquery()
    return select(due.c.case_id).order_by(due.c.since).limit(limit)


def _due_clocks(session: Session, case: Case, at: datetime) -> Sequence[SlaClock]:
    return session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case.id, SlaClock.next_mark_at <= at)
        .order_by(SlaClock.due_at)
        .execution_options(populate_existing=True)
    ).all()


def _mark(session: Session, case: Case, row: SlaClock, rulebook: Rulebook, at: datetime) -> None:
    clock = clock_of(row)
    marks = clock.due_marks(row.marked_until, at)
    row.marked_until, row.next_mark_at = at, clock.next_mark(at)
    team = rulebook.teams.get(case.team)  # it may have left rules.yaml while its cases are open
    waits_until = told_at(at, team.hours if team else None)
    for mark in marks:
        if mark.kind is MarkKind.PING:
            _book_ping(session, row, mark, at, waits_until)
    if any(mark.kind is MarkKind.BREACH for mark in marks) and case.status is not CaseStatus.RESOLVED:
        _escalate(session, case, row, rulebook, at)


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


def _escalate(session: Session, case: Case, row: SlaClock, rulebook: Rulebook, at: datetime) -> None:
    reason = f"the promise to {row.kind.value} it was not kept"
    raised = session.scalar(
        insert(Escalation)
        .values(case_id=case.id, clock_id=row.id, step=FIRST_STEP, reason=reason, raised_by=SYSTEM, at=at)
        .on_conflict_do_nothing()
        .returning(Escalation.id)
    )
    if raised is None:
        return
    team = rulebook.teams.get(case.team)  # it may have left rules.yaml while its cases are open
    to = list(team.supervisors if team else rulebook.admins.members)
    event = _tell(session, case, row, CaseEventKind.ESCALATED, at, to=to)
    channel = team.escalation_channel if team else rulebook.admins.channel
    messages.promise_escalation(session, case, event, channel)
    messages.promise_line(session, case, event, Urgency.PING)


def _tell(
    session: Session, case: Case, row: SlaClock, kind: CaseEventKind, at: datetime, **details: list[AgentId]
) -> CaseEvent:
    """The history's line about a clock: which, since when due, and who had the case; they are told of it."""
    owner = find_owner(session, case.id)
    about = {"clock": row.kind.value, "due_at": row.due_at and row.due_at.isoformat(), "owner": owner}
    event = record(session, case, kind, by=SYSTEM, at=at, **about, **details)
    if owner is not None:
        notices.owe(session, owner, event)
    return event
