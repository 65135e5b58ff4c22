"""What can be given: the entries of the catalogue, what each costs, and which are for a case and a giver."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from models.policies.rights import Role
from models.policies.themes import Theme, theme_name
from models.vocabulary import CaseKind, CompensationKind, Money

LARGEST = Decimal(1_000_000)
"""What limits can be at most, and so every gift."""
PERCENT, POINTS = "%", "points"
PLACEHOLDERS = ("name", "amount", "until", "code")
"""What a text for the customer may hold in braces."""
MIN_RECORD = 5
"""Like cases; how fewer of them ended says nothing about an entry."""
KEEPS_ENGAGED = (
    CompensationKind.DISCOUNT,
    CompensationKind.POINTS,
    CompensationKind.VOUCHER,
    CompensationKind.FREE_SERVICE,
    CompensationKind.REPLACEMENT,
    CompensationKind.GESTURE,
    CompensationKind.REFUND,
)
"""What brings a customer back first; money back, with which they leave, comes last."""
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class AsGiven:
    """What is given is what it costs."""


@dataclass(frozen=True, slots=True)
class PercentOf:
    """A share of an order: its usual value, or the name under which its value came with the feedback."""

    order: Decimal | str


@dataclass(frozen=True, slots=True)
class PerPoint:
    """So much for each point."""

    worth: Decimal


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Free:
    """Nothing but the trouble."""


Cost = AsGiven | PercentOf | PerPoint | Fixed | Free
"""How it is counted what a gift costs, in the currency of the limits."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much, as it was said: `unit` is a currency, "%" or "points"; None where none was named."""

    number: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to give: an entry by its key, name or kind, and how much of it."""

    what: str
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the catalogue.

    `least` and `most` are in what it is given in: the currency of the limits, percent or points. `given_by`
    is the lowest role that may give it, `until` its last day; `expires` is how long the customer can use it.
    """

    key: str
    name: str
    kind: CompensationKind
    cost: Cost
    given_by: Role = Role.AGENT
    for_kinds: frozenset[CaseKind] = frozenset()
    for_rules: frozenset[str] = frozenset()
    for_themes: frozenset[str] = frozenset()
    least: Decimal | None = None
    most: Decimal | None = None
    until: date | None = None
    expires: timedelta | None = None
    text: str = ""

    @property
    def takes_a_quantity(self) -> bool:
        """Whether who gives it says how much."""
        return not isinstance(self.cost, Fixed | Free)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a decision about an entry looks at: the case, who gives, and the day that it is there.

    `about` is the theme of the case by its key, None where none is known; `themes` are those of rules.yaml.
    """

    case: int
    kind: CaseKind
    rule: str
    roles: frozenset[Role]
    today: date
    attributes: Mapping[str, Any] = field(default_factory=dict)
    about: str | None = None
    themes: Mapping[str, Theme] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """What came of an entry in like cases: how many, how many of them won back, and the cost of one."""

    cases: int
    recovered: int
    cost: Money

    @property
    def is_enough(self) -> bool:
        """Whether so many cases tell anything."""
        return self.cases >= MIN_RECORD

    @property
    def share(self) -> float:
        """Of the cases, how many were won back; as good as not where there were too few."""
        return self.recovered / self.cases if self.is_enough else 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry that can be given in a case, how much of it, and what came of it; None: nothing is known."""

    offer: Offer
    range: str
    record: Record | None


def plain_offer(kind: CompensationKind) -> Offer:
    """What a kind is where no catalogue says more: any amount, which is what it costs."""
    return Offer(kind.value, kind.value, kind, Free() if kind is CompensationKind.GESTURE else AsGiven())


def matching(what: str, offers: Collection[Offer]) -> list[Offer]:
    """The entries that somebody means: the one of that key or name, else all of that kind."""
    wanted = what.casefold()
    named = [offer for offer in offers if wanted in {offer.key, offer.name.casefold()}]
    return named or [offer for offer in offers if offer.kind == wanted]


def why_not_now(offer: Offer, occasion: Occasion) -> str | None:
    """None when the entry is for such a case, on this day, by this person."""
    if offer.for_kinds and occasion.kind not in offer.for_kinds:
        return f"{offer.name} is for a {_either(offer.for_kinds)}; this is a {occasion.kind}."
    if offer.for_rules and occasion.rule not in offer.for_rules:
        return (
            f"{offer.name} is for cases of the rule {' or '.join(sorted(offer.for_rules))}; choose another."
        )
    if offer.for_themes and occasion.about not in offer.for_themes:
        return _why_not_about(offer, occasion)
    if offer.until is not None and occasion.today > offer.until:
        return f"{offer.name} was given until {offer.until:%d %b %Y}; choose another."
    ranks = list(Role)
    if not any(ranks.index(role) >= ranks.index(offer.given_by) for role in occasion.roles):
        return f"{offer.name} is given by a {offer.given_by} or somebody above; ask one to give it."
    return None


def order_value(offer: Offer, attributes: Mapping[str, Any]) -> Decimal | None:
    """What the order is worth of which a share is given; None where the feedback does not tell."""
    if not isinstance(offer.cost, PercentOf):
        return None
    if isinstance(offer.cost.order, Decimal):
        return offer.cost.order
    try:
        value = Decimal(str(attributes.get(offer.cost.order)))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value <= LARGEST else None


def suggested(offers: Sequence[Offer], records: Mapping[str, Record]) -> list[Offer]:
    """What keeps the customer before money back; within each, what worked more often for like cases first."""

    def place(offer: Offer) -> tuple[bool, float, int]:
        record = records.get(offer.key)
        share = 0.5 if record is None else record.share
        return offer.kind is CompensationKind.REFUND, -share, KEEPS_ENGAGED.index(offer.kind)

    return sorted(offers, key=place)


def placeholders_in(text: str) -> list[str]:
    """What stands in braces in a text for the customer."""
    return _IN_BRACES.findall(text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known of it; the rest of its braces stay."""
    return _IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def words_of_gift(what: str, quantity: str | None, money: str) -> str:
    """A gift for people: "voucher of 20.00 EUR", "Off the next order, 15 %, worth 9.00 EUR".

    `money` is "" for what costs nothing.
    """
    if quantity is not None:
        return f"{what}, {quantity}, worth {money}"
    return f"{what} of {money}" if money else what


def _why_not_about(offer: Offer, occasion: Occasion) -> str:
    """A person's word on what a case is about is all that an entry needs, and it stays in the history."""
    first = next(
        theme for theme in (*occasion.themes, *sorted(offer.for_themes)) if theme in offer.for_themes
    )
    names = " or ".join(theme_name(occasion.themes, theme) for theme in sorted(offer.for_themes))
    correct = f"`/recovery correct {occasion.case} {first}`"
    if occasion.about is None:
        return (
            f"{offer.name} is for cases about {names}, and what this one is about is not known. "
            f"If it is that, say so first: {correct}."
        )
    about = theme_name(occasion.themes, occasion.about)
    return f"{offer.name} is for cases about {names}; this one is about {about}. If that is wrong: {correct}."


def _either(kinds: Collection[CaseKind]) -> str:
    return " or ".join(kind for kind in CaseKind if kind in kinds)
