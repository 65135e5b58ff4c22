"""`catalogue:` of rules.yaml: what can be given, each entry with what it costs and to whom it goes."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from bot.rulebook.fields import LARGEST_AMOUNT, STRICT, Length, OneOrMore, Words, one_of, wrong
from bot.rulebook.problems import Problem, near
from bot.rulebook.tree import Path, Tree
from models.policies.catalogue import (
    PLACEHOLDERS,
    AsGiven,
    Cost,
    Fixed,
    Free,
    Offer,
    PercentOf,
    PerPoint,
    placeholders_in,
)
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.vocabulary import CaseKind, CompensationKind, places_of

COST_EXAMPLE = "write amount, none, {fixed: 4.90}, {per_point: 0.01} or {percent_of: 80}"
LONGEST_TEXT = 1000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_ .-]{0,59}")


def _cost(written: object) -> Cost:
    match written:
        case "amount":
            return AsGiven()
        case "none":
            return Free()
        case {"fixed": number, **rest} if not rest:
            return Fixed(_positive(number, "fixed"))
        case {"per_point": number, **rest} if not rest:
            return PerPoint(_positive(number, "per_point"))
        case {"percent_of": str(name), **rest} if not rest and _ATTRIBUTE.fullmatch(name):
            return PercentOf(name)
        case {"percent_of": number, **rest} if not rest:
            return PercentOf(_positive(number, "percent_of"))
        case _:
            raise wrong(f"{written!r} is no cost; {COST_EXAMPLE}")


def _positive(written: object, key: str) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 < written <= LARGEST_AMOUNT:
        raise wrong(f"{key}: {written!r} is not between 0 and {LARGEST_AMOUNT:,}; write a number above zero")
    return Decimal(str(written))


def _bound(written: object) -> Decimal:
    return _positive(written, "it")


def _last_day(written: object) -> date:
    try:
        if isinstance(written, str) and _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise wrong(f"{written!r} is no day; write it like 2026-12-31")


def _text(written: object) -> str:
    if not isinstance(written, str) or not written.strip():
        raise wrong("needs words for the customer")
    if len(written) > LONGEST_TEXT:
        raise wrong(f"has {len(written)} characters; {LONGEST_TEXT} are sent at most")
    for name in placeholders_in(written):
        if name not in PLACEHOLDERS:
            raise wrong(f"{{{name}}} stands for nothing; {near(name, PLACEHOLDERS)}")
    return written.strip()


class ForOfferEntry(BaseModel):
    """`for:` of an entry: which cases it is for."""

    model_config = STRICT

    kind: OneOrMore[Annotated[CaseKind, one_of(CaseKind, "kind of case")]] | None = None
    rule: OneOrMore[Words] | None = None
    theme: OneOrMore[Words] | None = None

    @model_validator(mode="after")
    def check_something(self) -> "ForOfferEntry":
        """An entry for everything needs no `for`."""
        if not self.kind and not self.rule and not self.theme:
            raise wrong("names nothing; write kind, rule or theme, or delete it")
        return self


class OfferEntry(BaseModel):
    """One of `catalogue:`."""

    model_config = STRICT

    name: Words
    kind: Annotated[CompensationKind, one_of(CompensationKind, "kind of compensation")]
    cost: Annotated[Any, BeforeValidator(_cost)]
    from_: Annotated[Decimal, BeforeValidator(_bound)] | None = Field(default=None, alias="from")
    to: Annotated[Decimal, BeforeValidator(_bound)] | None = None
    for_: ForOfferEntry | None = Field(default=None, alias="for")
    by: Annotated[Role, one_of(Role, "role")] = Role.AGENT
    until: Annotated[date, BeforeValidator(_last_day)] | None = None
    expires: Length | None = None
    text: Annotated[str, BeforeValidator(_text)] | None = None

    @model_validator(mode="after")
    def check_cost(self) -> "OfferEntry":
        """A gesture is what costs nothing, and nothing else does."""
        is_gesture = self.kind is CompensationKind.GESTURE
        if is_gesture != isinstance(self.cost, Free):
            words = "a gesture costs nothing" if is_gesture else f"a {self.kind} costs something"
            raise wrong(f"{words}; write {'none' if is_gesture else 'what it costs'}", field="cost")
        return self

    @model_validator(mode="after")
    def check_range(self) -> "OfferEntry":
        """A range is one, and for what is given in more or less."""
        if (self.from_ or self.to) is not None and isinstance(self.cost, Fixed | Free):
            raise wrong("it always costs the same; delete this", field="to" if self.to else "from")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise wrong(f"{self.to} is below 'from', {self.from_}", field="to")
        if isinstance(self.cost, PercentOf) and max(self.from_ or 0, self.to or 0) > 100:
            raise wrong("no share is above 100 percent", field="to" if self.to else "from")
        return self

    @model_validator(mode="after")
    def check_text(self) -> "OfferEntry":
        """Nobody is told a last day that there is not."""
        if self.text and "until" in placeholders_in(self.text) and self.expires is None:
            raise wrong("names {until}, and the entry never expires; write expires: 90 days", field="text")
        return self


def problems_of_catalogue(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Amounts with smaller parts than the currency has, rules and themes that there are not, names of two."""
    rules, names = rulebook.compensation, dict[str, str]()
    opening = {rule.name for rule in rulebook.rules if rule.effect is not None}
    for key, offer in rules.catalogue.items():
        where = ("compensation", "catalogue", key)
        for field, amount in _amounts(offer):
            if amount != round(amount, places_of(rules.currency)):
                words = f"{amount} has more than {places_of(rules.currency)} decimals for {rules.currency}"
                yield _problem(tree, (*where, field), words)
        for rule in sorted(offer.for_rules - opening):
            yield _problem(tree, (*where, "for", "rule"), f"unknown rule '{rule}'; {near(rule, opening)}")
        for theme in sorted(offer.for_themes - set(rulebook.themes)):
            words = f"unknown theme '{theme}'; {near(theme, rulebook.themes)}"
            yield _problem(tree, (*where, "for", "theme"), words)
        first = names.setdefault(offer.name.casefold(), key)
        if first != key:
            yield _problem(tree, (*where, "name"), f"'{offer.name}' is the name of '{first}' too")


def _amounts(offer: Offer) -> Iterator[tuple[str, Decimal]]:
    match offer.cost:
        case Fixed(amount):
            yield "cost", amount
        case AsGiven():
            bounds = (("from", offer.least), ("to", offer.most))
            yield from ((field, amount) for field, amount in bounds if amount is not None)


def _problem(tree: Tree, path: Path, words: str) -> Problem:
    return Problem(tree.line(path), f"{': '.join(map(str, path))}: {words}")


def offer_of(key: str, entry: OfferEntry) -> Offer:
    """The same as the policies know it."""
    fits = entry.for_
    return Offer(
        key=key,
        name=entry.name,
        kind=entry.kind,
        cost=entry.cost,
        given_by=entry.by,
        for_kinds=frozenset(fits.kind or ()) if fits else frozenset(),
        for_rules=frozenset(fits.rule or ()) if fits else frozenset(),
        for_themes=frozenset(fits.theme or ()) if fits else frozenset(),
        least=entry.from_,
        most=entry.to,
        until=entry.until,
        expires=entry.expires,
        text=entry.text or "",
    )
