"""What cases were given, told by their middle: what is usual for a case, and how groups of cases spread."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, bindparam, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.act import Act
from handlers.likeness import ABOUT, ABOUT_THE_SAME, BY_THE_SAME_RULE, Likeness
from models.case import Case, Outcome
from models.compensation import LedgerEntry
from models.customer import Customer
from models.feedback import Sentiment
from models.policies.budgets import YEAR
from models.policies.fairness import By, Group, Spread, Told, told
from models.policies.periods import Period
from models.policies.rulebook import CompensationRules
from models.vocabulary import Money

_QUARTERS = (0.25, 0.5, 0.75)


def load_usual(session: Session, of: Likeness, act: Act) -> Spread | None:
    """What like cases were given in the last year; None for too few of them.

    Like are those of that kind and theme where there are enough of them, else those that the same rule
    opened. Only those that were given something count: whether at all is another question than how much.
    """
    nearer = _of_a_year(session, of, act, by_theme=True) if of.about is not None else None
    return nearer or _of_a_year(session, of, act, by_theme=False)


def _of_a_year(session: Session, of: Likeness, act: Act, *, by_theme: bool) -> Spread | None:
    rules = act.rulebook.compensation
    asked = {**asdict(of), "since": act.at - YEAR, "until": act.at}
    found = session.execute(_usual(_rates(rules), by_theme=by_theme), asked)
    return next((spread for row in found if (spread := _spread(row, rules)).is_enough), None)


@lru_cache
def _usual(rates: tuple[tuple[str, Decimal], ...], *, by_theme: bool) -> Select[Any]:
    """What is asked for each card that somebody has: to build it takes ten times as long as to run it."""
    like = ABOUT_THE_SAME if by_theme else BY_THE_SAME_RULE
    granted = (LedgerEntry.granted_at >= bindparam("since"), LedgerEntry.granted_at <= bindparam("until"))
    return _middle(_sums(rates, Case.kind).where(like, *granted))


def load_spread(
    session: Session, period: Period, by: By, rules: CompensationRules, *, teams: list[str] | None
) -> Told:
    """What was given in the period in these teams' cases (None: in all), by what tells them apart."""
    sums = _sums(_rates(rules), _KEYS[by]).where(
        LedgerEntry.granted_at >= period.start, LedgerEntry.granted_at < period.end
    )
    if teams is not None:
        sums = sums.where(LedgerEntry.team.in_(teams))
    rows = session.execute(_middle(sums))
    return told([Group(row.key, _spread(row, rules)) for row in rows])


_Key = ColumnElement[Any] | InstrumentedAttribute[Any]
_KEYS: dict[By, _Key] = {
    By.THEME: ABOUT,
    By.TEAM: LedgerEntry.team,
    By.SEGMENT: Customer.segment,
}


def _rates(rules: CompensationRules) -> tuple[tuple[str, Decimal], ...]:
    """What one of each currency is in the one of the limits."""
    return ((rules.currency, Decimal(1)), *rules.rates.items())


def _sums(rates: tuple[tuple[str, Decimal], ...], key: _Key) -> Select[Any, Decimal]:
    """One sum for each case, in the currency of the limits; what has no rate any more is left out."""
    rate = cast(case(dict(rates), value=LedgerEntry.currency), Numeric)
    total = func.sum(LedgerEntry.amount * rate)
    return (
        select(key.label("key"), total.label("total"))
        .select_from(LedgerEntry)
        .join(Case, Case.id == LedgerEntry.case_id)
        .join(Customer, Customer.id == LedgerEntry.customer_id)
        .outerjoin(Outcome, Outcome.case_id == Case.id)
        .outerjoin(Sentiment, Sentiment.feedback_id == Case.feedback_id)
        .group_by(LedgerEntry.case_id, key)
        .having(total > 0)
    )


def _middle(sums: Select[Any, Decimal]) -> Select[Any]:
    each = sums.subquery()
    quarters = [func.percentile_cont(share).within_group(each.c.total) for share in _QUARTERS]
    return select(each.c.key, func.count(), *quarters).group_by(each.c.key)


def _spread(row: Sequence[Any], rules: CompensationRules) -> Spread:
    cases, quarters = row[1], row[2:]
    low, median, high = (Money(Decimal(str(each)), rules.currency).rounded() for each in quarters)
    return Spread(cases, low, median, high)
