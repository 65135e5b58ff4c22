"""Fairness: whether cases that are alike are given alike, told by the middle of what they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.vocabulary import Money

ENOUGH = 5
"""Cases that were given something; how fewer of them spread is chance, and might be told from one another."""


class By(StrEnum):
    """What cases are told apart by."""

    THEME = "theme"
    TEAM = "team"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class Spread:
    """What cases were given in all, each as one sum: their middle, and between what the middle half lies."""

    cases: int
    low: Money
    median: Money
    high: Money

    @property
    def is_enough(self) -> bool:
        """Whether so many cases tell anything."""
        return self.cases >= ENOUGH


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that share a theme, a team or a segment, by its key; None: they have none."""

    key: str | None
    spread: Spread


@dataclass(frozen=True, slots=True)
class Told:
    """Groups of which there are cases enough, and how many cases are in groups that are too small."""

    groups: tuple[Group, ...]
    too_few: int


def told(groups: Sequence[Group]) -> Told:
    """What can be told of these groups: the one that is given most in its middle first."""
    enough = [group for group in groups if group.spread.is_enough]
    ordered = sorted(enough, key=lambda group: (-group.spread.median.amount, group.key or ""))
    return Told(tuple(ordered), sum(group.spread.cases for group in groups if group not in enough))


def spread_words(spread: Spread) -> str:
    """The middle and the middle half: "20.00 EUR, the middle half 10.00 to 35.00 EUR"."""
    if spread.low == spread.high:
        return str(spread.median)
    return f"{spread.median}, the middle half {spread.low.rounded().amount:,} to {spread.high}"
