"""The sweep over everything that runs: writes what is due, each thing once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import find_owner
from handlers.sla import clock_of
from models.case import Case, CaseEvent
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
    due = (
        select(SlaClock.case_id)
        .where(SlaClock.next_mark_at <= at)
        .order_by(SlaClock.next_mark_at)
        .limit(limit)
    )
    cases = session.scalars(
        select(Case).where(Case.id.in_(due)).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    for case in cases:
        for row in _due_clocks(session, case, at):
            _mark(session, case, row, rulebook, at)
        messages.refresh_card(session, case)
    return len(cases)


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
    is_breached = any(mark.kind is MarkKind.BREACH for mark in marks)
    pings = [mark for mark in marks if mark.kind is MarkKind.PING and _is_first(session, row, mark, at)]
    if case.status is CaseStatus.RESOLVED:
        return
    if is_breached:
        _escalate(session, case, row, rulebook, at)
    elif pings:
        _ping(session, case, row, at)


def _is_first(session: Session, row: SlaClock, mark: Mark, at: datetime) -> bool:
    """Whether this threshold of this clock was never reached before: the row is the proof."""
    statement = (
        insert(SlaPing)
        .values(clock_id=row.id, threshold=mark.name, at=at)
        .on_conflict_do_nothing()
        .returning(SlaPing.clock_id)
    )
    return session.scalar(statement) is not None


def _ping(session: Session, case: Case, row: SlaClock, at: datetime) -> None:
    event = _tell(session, case, row, CaseEventKind.PINGED, at)
    messages.promise_line(session, case, event, Urgency.PING)


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
    """The history's line about a clock: which, since when due, and who had the case."""
    about = {
        "clock": row.kind.value,
        "due_at": row.due_at and row.due_at.isoformat(),
        "owner": find_owner(session, case.id),
    }
    return record(session, case, kind, by=SYSTEM, at=at, **about, **details)
