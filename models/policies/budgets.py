"""Limits on what is given: per case, person, team and customer, each with what it leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from models.policies.periods import read_period
from models.policies.rights import Role
from models.policies.rulebook import CompensationRules
from models.vocabulary import Money

WEEK = timedelta(days=7)
YEAR = timedelta(days=365)


class LimitKind(StrEnum):
    """What a limit is for, in words."""

    CASE = "one case"
    PERSON = "one person in seven days"
    TEAM = "the team this month"
    CUSTOMER = "one customer in a year"


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be given, and how much of it was; both in the currency of the limits."""

    kind: LimitKind
    allowed: Money
    given: Money

    @property
    def left(self) -> Money:
        """What may still be given; never below zero."""
        return Money(max(self.allowed.amount - self.given.amount, Decimal(0)), self.allowed.currency)

    def holds(self, money: Money) -> bool:
        """Whether so much more stays within it."""
        return (self.given + money).amount <= self.allowed.amount


def allowances(rules: CompensationRules, roles: frozenset[Role], team: str) -> Mapping[LimitKind, Money]:
    """How much may be given by somebody with these roles for that team; what has no limit is left out."""
    found = {
        LimitKind.CASE: rules.limit_of(roles),
        LimitKind.PERSON: rules.week_limit_of(roles),
        LimitKind.TEAM: rules.budgets_per_month.get(team),
        LimitKind.CUSTOMER: rules.limit_per_customer_year,
    }
    return {kind: money for kind, money in found.items() if money is not None}


def counts_from(kind: LimitKind, at: datetime, zone: tzinfo) -> datetime | None:
    """Since when a grant counts for such a limit; None: ever since. A month begins where the team is."""
    match kind:
        case LimitKind.CASE:
            return None
        case LimitKind.PERSON:
            return at - WEEK
        case LimitKind.TEAM:
            month = read_period("this month", at, zone)
            return month.start if month else None
        case LimitKind.CUSTOMER:
            return at - YEAR


def why_not_count(currency: str, rules: CompensationRules) -> str | None:
    """None when what was given in that currency can be counted; its rate may have left rules.yaml since."""
    if currency in {rules.currency, *rules.rates}:
        return None
    return f"What was given in {currency} cannot be counted: an admin must give its rate in rules.yaml."


def sum_in_own(given: Iterable[Money], rules: CompensationRules) -> Money:
    """What it is in all, in the currency of the limits; raises KeyError for a currency without a rate."""
    return sum(map(rules.in_own_currency, given), start=Money(Decimal(0), rules.currency))


def passed_by(money: Money, limits: Sequence[Limit]) -> list[Limit]:
    """The limits that so much more would pass."""
    return [limit for limit in limits if not limit.holds(money)]


def words_of(limit: Limit, whose: str = "your") -> str:
    """One limit and what it leaves; `whose` it is where it is somebody's own."""
    of = whose if limit.kind in {LimitKind.CASE, LimitKind.PERSON} else "the"
    return f"{of} limit of {name_of(limit)}: {limit.given} was given, {limit.left} is left"


def name_of(limit: Limit) -> str:
    """Which limit it is: "50.00 EUR for one case"."""
    return f"{limit.allowed} for {limit.kind.value}"
