"""What may be given: options, whole amounts, and limits, as plain arithmetic on Money."""

from collections.abc import Sequence
from decimal import Decimal

from models.policies.budgets import Limit, LimitKind, passed_by, words_of
from models.policies.permissions import WHO_LEADS
from models.policies.rights import Role
from models.policies.rulebook import CompensationRules
from models.vocabulary import AgentId, CompensationKind, Money, mention, places_of

LARGEST = Decimal(1_000_000)
"""What limits can be at most, and so every gift."""


def why_not_offer(kind: CompensationKind, money: Money, rules: CompensationRules) -> str | None:
    """None when this is something that we give at all; else the words of the refusal."""
    return _why_not_option(kind, rules) or _why_not_amount(kind, money, rules)


def why_not_within(money: Money, limits: Sequence[Limit], rules: CompensationRules) -> str | None:
    """None when so much more stays within every limit; else each that it would pass, and who may give it."""
    passed = passed_by(rules.in_own_currency(money), limits)
    if not passed:
        return None
    return f"{money} is over {'; and over '.join(map(words_of, passed))}. {_who_may(money, passed, rules)}"


def why_not_choose(gift: int | None, standing: Sequence[int], case: int) -> str | None:
    """None when it is clear which of the gifts that stand is meant: by its number, or as the only one."""
    named = ", ".join(f"G{number}" for number in standing)
    if not standing:
        return f"Nothing was given in case #{case} that could be taken back."
    if gift is None and len(standing) > 1:
        return f"Say which: {named}, as in `/recovery revoke {case} G{standing[0]} why`."
    if gift is not None and gift not in standing:
        return f"G{gift} is not given in case #{case}, or was taken back already. There is {named}."
    return None


def why_not_revoke(by: AgentId, giver: AgentId, roles: frozenset[Role]) -> str | None:
    """A gift is taken back by the one who gave it, or by who leads the team."""
    if by == giver or roles & WHO_LEADS:
        return None
    return f"Only {mention(giver)}, who gave it, or a supervisor can take it back."


def total_of(given: Sequence[Money], currency: str) -> Money:
    """The sum of what was given in one currency; zero for nothing."""
    return sum((money for money in given if money.currency == currency), start=Money(Decimal(0), currency))


def _who_may(money: Money, passed: Sequence[Limit], rules: CompensationRules) -> str:
    asked = rules.in_own_currency(money)
    if any(limit.kind in {LimitKind.TEAM, LimitKind.CUSTOMER} for limit in passed):
        return "Nobody may give more; an admin can change rules.yaml."
    case = next((limit for limit in passed if limit.kind is LimitKind.CASE), None)
    able = _able(rules, case, asked)
    return f"A {able[0].value} may give it." if able else "Nobody may give so much."


def _able(rules: CompensationRules, case: Limit | None, asked: Money) -> list[Role]:
    """The roles whose own limits may take it, the lowest first."""
    if case is None:
        return [role for role in Role if role is not Role.AGENT]
    wanted = (case.given + asked).amount
    return [role for role, limit in rules.limits_per_case.items() if limit.amount >= wanted]


def _why_not_option(kind: CompensationKind, rules: CompensationRules) -> str | None:
    if kind in rules.options:
        return None
    options = ", ".join(option.value for option in rules.options)
    return f"A {kind.value} is not among the options of rules.yaml: {options}."


def _why_not_amount(kind: CompensationKind, money: Money, rules: CompensationRules) -> str | None:
    known = (rules.currency, *rules.rates)
    if money.currency not in known:
        return f"We compensate in {', '.join(known)}; {money.currency} was given."
    if not money.amount.is_finite() or money.amount < 0:
        return f"The amount must be above zero, such as 20 {money.currency}."
    places = places_of(money.currency)
    if money.amount != round(money.amount, places):
        return f"{money.currency} has {places} decimals; {money.amount} has more."
    if money.amount > LARGEST:
        return f"{money} is more than anybody gives here; the most is {Money(LARGEST, money.currency)}."
    if kind is CompensationKind.GESTURE and money.amount != 0:
        return f"A gesture costs nothing; for {money} choose another option."
    if kind is not CompensationKind.GESTURE and money.amount == 0:
        return f"A {kind.value} needs an amount above zero, such as 20 {money.currency}."
    return None
