"""The ledger for finance: every line of a period with its case, customer, giver and reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.compensation import Compensation, LedgerEntry
from models.customer import Customer
from models.policies.periods import Period
from models.vocabulary import AgentId, LedgerState, Money


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger; `money` is what it adds, below zero where something is taken back.

    `reference` is the code, or what else shows that it was handed over or used; `over` names the limits that
    it passes, "" for none.
    """

    number: int
    at: datetime
    state: LedgerState
    case: int
    gift: int
    kind: str
    money: Money
    customer_id: int
    customer: str
    team: str
    granted_by: AgentId
    approved_by: AgentId | None
    over: str
    by: AgentId
    why: str
    reference: str


def load_books(session: Session, period: Period, team: str | None) -> list[Line]:
    """The lines that were written in a period, in order; `team` None: of every team."""
    wanted = [LedgerEntry.at >= period.start, LedgerEntry.at < period.end]
    if team is not None:
        wanted.append(LedgerEntry.team == team)
    rows = session.execute(
        select(LedgerEntry, Compensation.kind, Customer.name)
        .join(Compensation, Compensation.id == LedgerEntry.compensation_id)
        .join(Customer, Customer.id == LedgerEntry.customer_id)
        .where(*wanted)
        .order_by(LedgerEntry.id)
    )
    return [
        Line(
            number=entry.id,
            at=entry.at,
            state=entry.state,
            case=entry.case_id,
            gift=entry.compensation_id,
            kind=kind.value,
            money=Money(entry.amount, entry.currency),
            customer_id=entry.customer_id,
            customer=name or "",
            team=entry.team,
            granted_by=entry.granted_by,
            approved_by=entry.approved_by,
            over=entry.over or "",
            by=entry.by,
            why=entry.why,
            reference=entry.code or entry.reference or "",
        )
        for entry, kind, name in rows
    ]
