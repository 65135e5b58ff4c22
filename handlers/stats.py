"""What happened in a period, counted: for `/recovery-stats` and for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.approval_report import load_waits
from handlers.attainment import Attainment, load_attainment
from handlers.part_report import Parts, load_parts
from handlers.pause_report import load_pausing
from handlers.playbook_report import load_uses
from models.case import Assignment, Case, Outcome
from models.compensation import LedgerEntry
from models.feedback import Feedback, Sentiment
from models.interaction import Interaction
from models.merge import Merge
from models.policies.approvals import Waits
from models.policies.pausing import Pausing
from models.policies.periods import Period
from models.policies.playbooks import PlaybookUse
from models.sla import Escalation
from models.vocabulary import (
    AgentId,
    CaseKind,
    CaseStatus,
    Direction,
    LedgerState,
    Money,
    SentimentLabel,
)

_IS_MERGED = exists().where(Merge.case_id == Case.id, Merge.undone_at.is_(None)).correlate(Case)
"""Of a case: another one goes on for it."""
_IS_OWED = Case.matter > 0
"""Of a case: it is what we owe one customer; the parent of a burst only stands for such ones."""


@dataclass(frozen=True, slots=True)
class FirstContacts:
    """How soon we reached customers: of how many cases, of how many, and the median time from the alert.

    The alert is the opening of the case, whatever was promised; `median` None where nobody was reached.
    """

    reached: int
    cases: int
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class Given:
    """Compensation in one currency: how often, and how much in all."""

    times: int
    total: Money


@dataclass(frozen=True, slots=True)
class Reason:
    """How many cases were closed for a theme, by its key; None: before reasons were asked for."""

    theme: str | None
    times: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of one period for one scope; feedback belongs to no team: counted for everybody only.

    Of cases that are merged, one is counted, and the others as duplicates. The members of a burst are
    counted, and its parent is not; but what was promised for all of them was promised in the parent. A case
    counts for the team that it belongs to; what other teams do for it are `parts`, and each of these counts
    for the team that does it.
    """

    feedback: dict[SentimentLabel | None, int] | None
    opened: dict[CaseKind, int]
    duplicates: int
    resolved: int
    open_now: int
    escalated: int
    attainment: tuple[Attainment, ...]
    first_contacts: FirstContacts
    pausing: Pausing
    given: tuple[Given, ...]
    reasons: tuple[Reason, ...]
    approvals: Waits
    playbooks: tuple[PlaybookUse, ...]
    parts: Parts


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: of some teams, of one person, or, with neither, of everybody."""

    teams: Sequence[str] | None = None
    agent: AgentId | None = None

    @property
    def is_everybody(self) -> bool:
        """Whether no case is left out."""
        return self.teams is None and self.agent is None


def load_stats(session: Session, period: Period, scope: Scope, at: datetime) -> Stats:
    """Count a period: cases that opened in it with their promises, and what was resolved and given in it."""
    return Stats(
        feedback=_feedback(session, period) if scope.is_everybody else None,
        opened=_opened(session, period, scope),
        duplicates=_count(session, scope, _within(Case.opened_at, period), _IS_MERGED),
        resolved=_count(session, scope, _resolved_within(period), ~_IS_MERGED, _IS_OWED),
        open_now=_count(session, scope, Case.status != CaseStatus.RESOLVED, _IS_OWED),
        escalated=_escalated(session, period, scope),
        attainment=load_attainment(session, _scoped(scope) & _within(Case.opened_at, period), at),
        pausing=load_pausing(session, period, teams=scope.teams, by=scope.agent, at=at),
        first_contacts=_first_contacts(session, period, scope),
        given=_given(session, period, scope),
        reasons=_reasons(session, period, scope),
        approvals=load_waits(session, period, teams=scope.teams, by=scope.agent),
        playbooks=load_uses(session, period, _scoped(scope) & ~_IS_MERGED),
        parts=load_parts(session, period, teams=scope.teams, by=scope.agent, at=at),
    )


def _within(column: InstrumentedAttribute[Any], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.start, column < period.end)


def _resolved_within(period: Period) -> ColumnElement[bool]:
    """Cases that were resolved then and are not open again, which is what the index knows."""
    return and_(Case.status == CaseStatus.RESOLVED, _within(Case.resolved_at, period))


def _scoped(scope: Scope) -> ColumnElement[bool]:
    """The cases of a scope; a person's are those that they hold or held last."""
    conditions: list[ColumnElement[bool]] = [Case.id.is_not(None)]
    if scope.teams is not None:
        conditions.append(Case.team.in_(scope.teams))
    if scope.agent is not None:
        held = select(Assignment.case_id).where(
            Assignment.agent_id == scope.agent, Assignment.ended_at.is_(None)
        )
        conditions.append(Case.id.in_(held))
    return and_(*conditions)


def _feedback(session: Session, period: Period) -> dict[SentimentLabel | None, int]:
    """How much felt how; None counts what no model reads, where there was any."""
    label = case((Sentiment.is_read, Sentiment.label))
    rows = session.execute(
        select(label, func.count())
        .join(Feedback, Feedback.id == Sentiment.feedback_id)
        .where(_within(Feedback.received_at, period))
        .group_by(label)
    )
    counted: dict[SentimentLabel | None, int] = dict(rows.all())
    unread = {None: counted[None]} if None in counted else {}
    return {label: counted.get(label, 0) for label in SentimentLabel} | unread


def _opened(session: Session, period: Period, scope: Scope) -> dict[CaseKind, int]:
    rows = session.execute(
        select(Case.kind, func.count())
        .where(_scoped(scope), _within(Case.opened_at, period), ~_IS_MERGED, _IS_OWED)
        .group_by(Case.kind)
    )
    counted = dict(rows.all())
    return {kind: counted.get(kind, 0) for kind in CaseKind}


def _count(session: Session, scope: Scope, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(_scoped(scope), *conditions)) or 0


def _escalated(session: Session, period: Period, scope: Scope) -> int:
    return (
        session.scalar(
            select(func.count(func.distinct(Escalation.case_id)))
            .join(Case, Case.id == Escalation.case_id)
            .where(_scoped(scope), _within(Escalation.at, period))
        )
        or 0
    )


def _first_contacts(session: Session, period: Period, scope: Scope) -> FirstContacts:
    first = (
        select(func.min(Interaction.at))
        .where(Interaction.case_id == Case.id, Interaction.direction == Direction.OUT)
        .correlate(Case)
        .scalar_subquery()
    )
    cases = (
        select((first - Case.opened_at).label("took"))
        .where(_scoped(scope), _within(Case.opened_at, period), ~_IS_MERGED, _IS_OWED)
        .subquery()
    )
    seconds = func.extract("epoch", cases.c.took)
    row = session.execute(
        select(
            func.count(cases.c.took), func.count(), func.percentile_cont(0.5).within_group(seconds)
        ).select_from(cases)
    ).one()
    reached, total, median = row
    return FirstContacts(reached, total, None if median is None else timedelta(seconds=float(median)))


def _reasons(session: Session, period: Period, scope: Scope) -> tuple[Reason, ...]:
    """Of the cases that were resolved in the period, the commonest first."""
    rows = session.execute(
        select(Outcome.theme, func.count())
        .join(Case, Case.id == Outcome.case_id)
        .where(_scoped(scope), _resolved_within(period), ~_IS_MERGED, _IS_OWED)
        .group_by(Outcome.theme)
        .order_by(func.count().desc(), Outcome.theme)
    )
    return tuple(Reason(theme, times) for theme, times in rows)


def _given(session: Session, period: Period, scope: Scope) -> tuple[Given, ...]:
    """What was granted in the period and neither taken back nor expired since."""
    is_given_again = and_(LedgerEntry.state == LedgerState.REDEEMED, LedgerEntry.amount > 0)
    granted = func.count().filter(or_(LedgerEntry.state == LedgerState.GRANTED, is_given_again))
    ended = func.count().filter(LedgerEntry.state.in_((LedgerState.CANCELLED, LedgerState.EXPIRED)))
    rows = session.execute(
        select(LedgerEntry.currency, granted - ended, func.sum(LedgerEntry.amount))
        .join(Case, Case.id == LedgerEntry.case_id)
        .where(_scoped(scope), _within(LedgerEntry.granted_at, period))
        .group_by(LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    return tuple(Given(times, Money(total, currency)) for currency, times, total in rows)
