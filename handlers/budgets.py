"""What is left of every limit, read from the ledger under locks that make the sums right."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from handlers.act import Act
from models.case import Case
from models.compensation import LedgerEntry
from models.policies.budgets import Limit, LimitKind, allowances, counts_from, sum_in_own
from models.policies.permissions import roles_in
from models.vocabulary import AgentId, Money


def take_budgets(session: Session, case: Case, giver: AgentId) -> None:
    """Lock every budget that a gift counts in, until the transaction ends.

    Whoever gives holds the case first, then these, always in the same order: they wait for each other, and
    never in a circle. A sum that is read after this has seen every gift before it.
    """
    names = [f"budget customer {case.customer_id}", f"budget person {giver}", f"budget team {case.team}"]
    locks = [func.pg_advisory_xact_lock(func.hashtextextended(name, 0)) for name in names]
    session.execute(select(*locks))


def load_limits(session: Session, case: Case, act: Act, giver: AgentId) -> list[Limit]:
    """Every limit on what that person may give in this case, with what was given of it by now."""
    rules = act.rulebook.compensation
    allowed = allowances(rules, roles_in(giver, case.team, act.rulebook), case.team)
    return [
        Limit(kind, money, sum_in_own(_given(session, case, act, giver, kind), rules))
        for kind, money in allowed.items()
    ]


def _given(session: Session, case: Case, act: Act, giver: AgentId, kind: LimitKind) -> Sequence[Money]:
    """What stands in the ledger for such a limit, a sum for each currency."""
    team = act.rulebook.teams.get(case.team)
    zone = ZoneInfo(team.hours.time_zone if team else act.rulebook.time_zone)
    wanted = [_counts_for(case, giver, kind)]
    start = counts_from(kind, act.at, zone)
    if start is not None:
        wanted.append(LedgerEntry.granted_at >= start)
    rows = session.execute(
        select(func.sum(LedgerEntry.amount), LedgerEntry.currency)
        .where(*wanted)
        .group_by(LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    return [Money(amount, currency) for amount, currency in rows]


def _counts_for(case: Case, giver: AgentId, kind: LimitKind) -> ColumnElement[bool]:
    match kind:
        case LimitKind.CASE:
            return LedgerEntry.case_id == case.id
        case LimitKind.PERSON:
            return LedgerEntry.granted_by == giver
        case LimitKind.TEAM:
            return LedgerEntry.team == case.team
        case LimitKind.CUSTOMER:
            return LedgerEntry.customer_id == case.customer_id
