"""What may be given: options, whole amounts, and limits, as plain arithmetic on Money."""

from collections.abc import Sequence
from decimal import Decimal

from models.policies.rights import Role
from models.policies.rulebook import CompensationRules
from models.vocabulary import CompensationKind, Money


def why_not_grant(
    kind: CompensationKind,
    money: Money,
    *,
    given: Sequence[Money],
    roles: frozenset[Role],
    rules: CompensationRules,
) -> str | None:
    """None when this may be given on top of what was given; else the words of the refusal."""
    return (
        _why_not_option(kind, rules)
        or _why_not_amount(kind, money, rules)
        or _why_not_within_limit(money, given, roles, rules)
    )


def total_of(given: Sequence[Money], currency: str) -> Money:
    """The sum of what was given in one currency; zero for nothing."""
    return sum((money for money in given if money.currency == currency), start=Money(Decimal(0), currency))


def totals_of(given: Sequence[Money]) -> tuple[Money, ...]:
    """One sum for each currency, in the order of their first use; rules.yaml may have changed its own."""
    return tuple(total_of(given, currency) for currency in dict.fromkeys(money.currency for money in given))


def _why_not_option(kind: CompensationKind, rules: CompensationRules) -> str | None:
    if kind in rules.options:
        return None
    options = ", ".join(option.value for option in rules.options)
    return f"A {kind.value} is not among the options of rules.yaml: {options}."


def _why_not_amount(kind: CompensationKind, money: Money, rules: CompensationRules) -> str | None:
    if money.currency != rules.currency:
        return f"We compensate in {rules.currency}; {money.currency} was given."
    if not money.amount.is_finite() or money.amount < 0:
        return f"The amount must be above zero, such as 20 {rules.currency}."
    if money.amount != round(money.amount, 2):
        return f"The amount has more than two decimals; {rules.currency} has two, such as 19.90."
    if kind is CompensationKind.GESTURE and money.amount != 0:
        return f"A gesture costs nothing; for {money} choose another option."
    if kind is not CompensationKind.GESTURE and money.amount == 0:
        return f"A {kind.value} needs an amount above zero, such as 20 {rules.currency}."
    return None


def _why_not_within_limit(
    money: Money, given: Sequence[Money], roles: frozenset[Role], rules: CompensationRules
) -> str | None:
    limit = rules.limit_of(roles)
    total = total_of(given, rules.currency)
    if (total + money).amount <= limit.amount:
        return None
    left = Money(max(limit.amount - total.amount, Decimal(0)), rules.currency)
    higher = [role for role, more in rules.limits_per_case.items() if more.amount >= (total + money).amount]
    who = f"A {higher[0].value} may give it." if higher else "Nobody may give more in one case."
    return f"{money} is over your limit of {limit} for one case: {total} was given, {left} is left. {who}"
