"""What is left of every limit, read from the ledger under locks that make the sums right."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from handlers.act import Act
from handlers.cases import refuse
from models.case import Case
from models.compensation import LedgerEntry
from models.merge import Merge
from models.policies.budgets import Limit, LimitKind, allowances, counts_from, sum_in_own, why_not_count
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
    given = _given(session, case, act, giver, list(allowed))
    return [Limit(kind, money, sum_in_own(given[kind], rules)) for kind, money in allowed.items()]


def _given(
    session: Session, case: Case, act: Act, giver: AgentId, kinds: Sequence[LimitKind]
) -> dict[LimitKind, list[Money]]:
    """What stands in the ledger for each of these limits, a sum for each currency, in one look."""
    counts = [_counts_for(case, act, giver, kind) for kind in kinds]
    sums = [func.coalesce(func.sum(LedgerEntry.amount).filter(each), 0) for each in counts]
    rows = session.execute(
        select(LedgerEntry.currency, *sums).where(or_(*counts)).group_by(LedgerEntry.currency)
    )
    given: dict[LimitKind, list[Money]] = {kind: [] for kind in kinds}
    for currency, *amounts in rows:
        refuse(why_not_count(currency, act.rulebook.compensation), field="amount")
        for kind, amount in zip(kinds, amounts, strict=True):
            given[kind].append(Money(amount, currency))
    return given


def _counts_for(case: Case, act: Act, giver: AgentId, kind: LimitKind) -> ColumnElement[bool]:
    """The lines that count for such a limit at this moment."""
    team = act.rulebook.teams.get(case.team)
    zone = ZoneInfo(team.hours.time_zone if team else act.rulebook.time_zone)
    start = counts_from(kind, act.at, zone)
    whose = _whose(case, giver, kind)
    return whose if start is None else and_(whose, LedgerEntry.granted_at >= start)


def _whose(case: Case, giver: AgentId, kind: LimitKind) -> ColumnElement[bool]:
    match kind:
        case LimitKind.CASE:
            merged = select(Merge.case_id).where(Merge.into_id == case.id, Merge.undone_at.is_(None))
            return or_(LedgerEntry.case_id == case.id, LedgerEntry.case_id.in_(merged))
        case LimitKind.PERSON:
            return LedgerEntry.granted_by == giver
        case LimitKind.TEAM:
            return LedgerEntry.team == case.team
        case LimitKind.CUSTOMER:
            return LedgerEntry.customer_id == case.customer_id
