"""What those who are asked for approval need to see: the ask, the limits, and what was with the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from handlers.act import Act
from handlers.approvals import request_of
from handlers.approving import load_able
from handlers.budgets import load_limits
from handlers.errors import CannotDo
from handlers.fairness import load_usual
from handlers.likeness import likeness_of
from models.approval import ApprovalRequest
from models.case import Case, Outcome
from models.compensation import LedgerEntry
from models.policies.approvals import Request
from models.policies.budgets import YEAR, Limit
from models.policies.fairness import Spread
from models.policies.rulebook import Rulebook
from models.vocabulary import CaseStatus, Money, OutcomeKind

LATEST = 3
"""So many earlier cases of a customer are told one by one."""


@dataclass(frozen=True, slots=True)
class PastCase:
    """An earlier case of the same customer; `outcome` None while it is open."""

    number: int
    title: str
    outcome: OutcomeKind | None
    given: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What was with a customer in other cases: how many, how many of them open, and the latest of them.

    `given` is what they were given in the last year, in all their cases.
    """

    cases: int
    open: int
    latest: tuple[PastCase, ...]
    given: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class RequestSnapshot:
    """A request as it stands; `limits` of who would give it, none where what was given cannot be counted.

    `usual` is what like cases were given, None for too few of them.
    """

    request: Request
    limits: tuple[Limit, ...]
    past: Past
    usual: Spread | None = None


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """An open request in a list: of which case, and whether the one who looks may decide it."""

    request: Request
    title: str
    is_yours: bool


def load_request(session: Session, request_id: int, rulebook: Rulebook, at: datetime) -> RequestSnapshot:
    """A request with all that is needed to decide it at this moment."""
    row = session.get_one(ApprovalRequest, request_id)
    case, act = session.get_one(Case, row.case_id), Act(row.asked_by, at, rulebook)
    return RequestSnapshot(
        request=request_of(row),
        limits=tuple(_limits(session, case, act)),
        past=_past(session, case, at),
        usual=load_usual(session, likeness_of(session, case), act),
    )


def list_open(session: Session, act: Act) -> list[WaitingRequest]:
    """The open requests that this person may decide, or made, the oldest first."""
    found = load_waiting(session, act, ApprovalRequest.ended_at.is_(None))
    return [each for each in found if each.is_yours or each.request.asked_by == act.by]


def load_waiting(session: Session, act: Act, wanted: ColumnElement[bool]) -> list[WaitingRequest]:
    """The wanted requests, the oldest first."""
    rows = session.execute(
        select(ApprovalRequest, Case)
        .join(Case, Case.id == ApprovalRequest.case_id)
        .where(wanted)
        .order_by(ApprovalRequest.id)
    ).all()
    return [
        WaitingRequest(request_of(row), case.title, act.by in load_able(session, case, row, act))
        for row, case in rows
    ]


def _limits(session: Session, case: Case, giver: Act) -> list[Limit]:
    try:
        return load_limits(session, case, giver, giver.by)
    except CannotDo:
        return []


def _past(session: Session, case: Case, at: datetime) -> Past:
    others = (Case.customer_id == case.customer_id, Case.id != case.id)
    is_open = Case.status != CaseStatus.RESOLVED
    total, still_open = session.execute(
        select(func.count(), func.count().filter(is_open)).select_from(Case).where(*others)
    ).one()
    latest = session.execute(
        select(Case.id, Case.title, Outcome.kind)
        .outerjoin(Outcome, Outcome.case_id == Case.id)
        .where(*others)
        .order_by(Case.id.desc())
        .limit(LATEST)
    ).all()
    given = _given_by_case(session, [number for number, _, _ in latest])
    return Past(
        cases=total,
        open=still_open,
        latest=tuple(PastCase(*row, given=tuple(given.get(row[0], ()))) for row in latest),
        given=tuple(_given_in_a_year(session, case.customer_id, at)),
    )


def _given_by_case(session: Session, numbers: Sequence[int]) -> dict[int, list[Money]]:
    rows = session.execute(
        select(LedgerEntry.case_id, LedgerEntry.currency, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.case_id.in_(numbers))
        .group_by(LedgerEntry.case_id, LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    given: dict[int, list[Money]] = {}
    for number, currency, amount in rows:
        if amount:
            given.setdefault(number, []).append(Money(amount, currency))
    return given


def _given_in_a_year(session: Session, customer_id: int, at: datetime) -> list[Money]:
    rows = session.execute(
        select(func.sum(LedgerEntry.amount), LedgerEntry.currency)
        .where(LedgerEntry.customer_id == customer_id, LedgerEntry.granted_at >= at - YEAR)
        .group_by(LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    return [Money(amount, currency) for amount, currency in rows if amount]
