"""What may be given: entries of the catalogue, whole amounts, and limits, as plain arithmetic on Money."""

from collections.abc import Sequence
from decimal import Decimal

from models.policies.budgets import Limit, passed_by, words_of
from models.policies.catalogue import (
    LARGEST,
    PERCENT,
    POINTS,
    AsGiven,
    Fixed,
    Free,
    Occasion,
    Offer,
    PercentOf,
    PerPoint,
    Quantity,
    matching,
    order_value,
    why_not_now,
)
from models.policies.permissions import WHO_LEADS, Verb
from models.policies.rights import Role
from models.policies.rulebook import CompensationRules
from models.vocabulary import AgentId, Money, mention, places_of

DECIMALS_OF_A_PERCENT = 2


def why_not_find(what: str, occasion: Occasion, rules: CompensationRules) -> str | None:
    """None when it is clear which entry of the catalogue is meant."""
    found = _meant(what, occasion, rules)
    if len(found) == 1:
        return None
    if found:
        return f"Say which {what}: {', '.join(offer.key for offer in found)}."
    return f"A {what} is not among the options of rules.yaml: {', '.join(rules.offers)}."


def get_offer(what: str, occasion: Occasion, rules: CompensationRules) -> Offer:
    """The entry that is meant, where `why_not_find` has nothing to say."""
    (offer,) = _meant(what, occasion, rules)
    return offer


def why_not_offer(
    offer: Offer, quantity: Quantity | None, occasion: Occasion, rules: CompensationRules
) -> str | None:
    """None when this is something that we give here, and so much of it; else the words of the refusal."""
    refusal = why_not_now(offer, occasion)
    if refusal is not None:
        return refusal
    match offer.cost:
        case AsGiven():
            return _why_not_amount(offer, quantity, rules)
        case PercentOf(order):
            return _why_not_percent(offer, quantity) or _why_not_share(
                offer, quantity, occasion, order, rules
            )
        case PerPoint(worth):
            return _why_not_points(offer, quantity, worth, rules)
        case _:
            return _why_not_none(offer, quantity, rules)


def cost_of(offer: Offer, quantity: Quantity | None, occasion: Occasion, rules: CompensationRules) -> Money:
    """What it costs, rounded as its currency is; for what `why_not_offer` lets through."""
    number = quantity.number if quantity else Decimal(0)
    match offer.cost:
        case AsGiven():
            return Money(number, _currency(quantity, rules))
        case PercentOf():
            value = order_value(offer, occasion.attributes) or Decimal(0)
            return Money(value * number / 100, rules.currency).rounded()
        case PerPoint(worth):
            return Money(worth * number, rules.currency).rounded()
        case Fixed(amount):
            return Money(amount, rules.currency)
        case _:
            return Money(Decimal(0), rules.currency)


def words_of_quantity(offer: Offer, quantity: Quantity | None) -> str | None:
    """How much in words, where that is not the money that it costs: "15 %", "500 points"."""
    if quantity is None or not isinstance(offer.cost, PercentOf | PerPoint):
        return None
    unit = PERCENT if isinstance(offer.cost, PercentOf) else POINTS
    return f"{quantity.number.normalize():,f} {unit}"


def range_of(offer: Offer, rules: CompensationRules) -> str:
    """What it is given in and how much of it, for a form: "5 to 50 EUR", "up to 25 %", "4.90 EUR"; "" for
    what costs nothing."""
    match offer.cost:
        case Fixed(amount):
            return str(Money(amount, rules.currency))
        case Free():
            return ""
    unit = _unit(offer, rules)
    if offer.least is not None and offer.most is not None:
        return f"{offer.least:,f} to {offer.most:,f} {unit}"
    if offer.most is not None:
        return f"up to {offer.most:,f} {unit}"
    return f"from {offer.least:,f} {unit}" if offer.least is not None else f"any amount in {unit}"


def why_not_within(money: Money, limits: Sequence[Limit], rules: CompensationRules) -> str | None:
    """None when so much more stays within every limit; else each that it would pass, and what it leaves."""
    passed = passed_by(rules.in_own_currency(money), limits)
    if not passed:
        return None
    return f"{money} is over {'; and over '.join(map(words_of, passed))}."


def why_not_choose(gift: int | None, standing: Sequence[int], case: int, verb: Verb) -> str | None:
    """None when it is clear which of the gifts that stand is meant: by its number, or as the only one."""
    named = ", ".join(f"G{number}" for number in standing)
    if not standing:
        deed = {Verb.HANDOVER: "handed over", Verb.REDEEMED: "used"}.get(verb, "taken back")
        return f"Nothing was given in case #{case} that could be {deed}."
    if gift is None and len(standing) > 1:
        return f"Say which: {named}, as in `/recovery {verb} {case} G{standing[0]} …`."
    if gift is not None and gift not in standing:
        return f"G{gift} is not given in case #{case}, or it is over. There is {named}."
    return None


def why_not_revoke(by: AgentId, giver: AgentId, roles: frozenset[Role]) -> str | None:
    """A gift is taken back by the one who gave it, or by who leads the team."""
    if by == giver or roles & WHO_LEADS:
        return None
    return f"Only {mention(giver)}, who gave it, or a supervisor can take it back."


def total_of(given: Sequence[Money], currency: str) -> Money:
    """The sum of what was given in one currency; zero for nothing."""
    return sum((money for money in given if money.currency == currency), start=Money(Decimal(0), currency))


def _meant(what: str, occasion: Occasion, rules: CompensationRules) -> list[Offer]:
    """Of several entries that are meant, those that can be given here; all where none can."""
    found = matching(what, rules.offers.values())
    return [offer for offer in found if why_not_now(offer, occasion) is None] or found


def _why_not_amount(offer: Offer, quantity: Quantity | None, rules: CompensationRules) -> str | None:
    if quantity is None or quantity.number == 0:
        return f"A {offer.name} needs an amount above zero, such as 20 {rules.currency}."
    if quantity.unit in {PERCENT, POINTS}:
        return f"{offer.name} is given as an amount, such as 20 {rules.currency}, not in {quantity.unit}."
    money = Money(quantity.number, _currency(quantity, rules))
    known = (rules.currency, *rules.rates)
    if money.currency not in known:
        return f"We compensate in {', '.join(known)}; {money.currency} was given."
    if not money.amount.is_finite() or money.amount < 0:
        return f"The amount must be above zero, such as 20 {money.currency}."
    places = places_of(money.currency)
    if money.amount != round(money.amount, places):
        return f"{money.currency} has {places} decimals; {money.amount} has more."
    return _why_too_much(money) or _why_not_in_range(offer, rules.in_own_currency(money).amount, rules)


def _why_not_percent(offer: Offer, quantity: Quantity | None) -> str | None:
    if quantity is None or quantity.unit not in {None, PERCENT}:
        return f"{offer.name} is given in percent: say how many, such as 15 %."
    if not quantity.number.is_finite() or not 0 < quantity.number <= 100:
        return f"{offer.name} is given in percent, above 0 and at most 100; {quantity.number:f} is not."
    if quantity.number != round(quantity.number, DECIMALS_OF_A_PERCENT):
        return f"Percent have {DECIMALS_OF_A_PERCENT} decimals at most; {quantity.number:f} has more."
    return None


def _why_not_share(
    offer: Offer,
    quantity: Quantity | None,
    occasion: Occasion,
    order: Decimal | str,
    rules: CompensationRules,
) -> str | None:
    if order_value(offer, occasion.attributes) is None:
        return f"The feedback tells no amount as {order}, of which {offer.name} is a share; choose another."
    return _why_not_in_range(offer, quantity.number if quantity else Decimal(0), rules) or _why_nothing(
        cost_of(offer, quantity, occasion, rules)
    )


def _why_not_points(
    offer: Offer, quantity: Quantity | None, worth: Decimal, rules: CompensationRules
) -> str | None:
    if quantity is None or quantity.unit not in {None, POINTS}:
        return f"{offer.name} is given in points: say how many, such as 500."
    number = quantity.number
    if not number.is_finite() or number <= 0 or number != round(number):
        return f"{offer.name} is given in whole points, above zero; {number:f} is not."
    if number > LARGEST:
        return f"{number:,f} points are more than anybody gives here; the most is {LARGEST:,f}."
    cost = Money(worth * number, rules.currency).rounded()
    return _why_not_in_range(offer, number, rules) or _why_too_much(cost) or _why_nothing(cost)


def _why_not_none(offer: Offer, quantity: Quantity | None, rules: CompensationRules) -> str | None:
    """What always costs the same needs no amount; who names that one means no other."""
    cost = offer.cost.amount if isinstance(offer.cost, Fixed) else Decimal(0)
    if quantity is None or (quantity.number == cost and quantity.unit in {None, rules.currency}):
        return None
    if quantity.unit is not None and quantity.number == cost == 0:
        return None
    if cost:
        return f"{offer.name} always costs {Money(cost, rules.currency)}; leave the amount out."
    said = f"{quantity.number:f} {quantity.unit or rules.currency}"
    return f"A {offer.name} costs nothing; for {said} choose another option."


def _why_not_in_range(offer: Offer, number: Decimal, rules: CompensationRules) -> str | None:
    is_below = offer.least is not None and number < offer.least
    is_above = offer.most is not None and number > offer.most
    if not is_below and not is_above:
        return None
    return f"{offer.name} is given {range_of(offer, rules)}; {number.normalize():,f} is not."


def _why_too_much(money: Money) -> str | None:
    if money.amount <= LARGEST:
        return None
    return f"{money} is more than anybody gives here; the most is {Money(LARGEST, money.currency)}."


def _why_nothing(cost: Money) -> str | None:
    return None if cost.amount else f"So little comes to {cost}; give more."


def _currency(quantity: Quantity | None, rules: CompensationRules) -> str:
    return (quantity.unit if quantity else None) or rules.currency


def _unit(offer: Offer, rules: CompensationRules) -> str:
    match offer.cost:
        case PercentOf():
            return PERCENT
        case PerPoint():
            return POINTS
        case _:
            return rules.currency
