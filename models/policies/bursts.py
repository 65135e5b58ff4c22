"""Bursts: when like feedback of many customers in a short time is one matter, and what belongs to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from models.policies.promises import Fit, Traits
from models.vocabulary import CaseKind, CaseStatus, Priority

BITS = 1024
"""Signs of a sketch: the cosine of two texts is told from them to about 0.03, in a tenth of a microsecond."""
LOOKED_AT = 300
"""So many pieces of each team and theme are compared, the latest."""
ANOTHER_WAY = 0.15
"""So much less alike two bursts of one theme may be, and are one."""
USUAL_FIT = Fit(
    kind=frozenset({CaseKind.COMPLAINT}), priority=frozenset({Priority.LOW, Priority.NORMAL, Priority.HIGH})
)
"""What is grouped where rules.yaml does not say: complaints, and nothing that is urgent by itself."""


@dataclass(frozen=True, slots=True)
class BurstRules:
    """From how many customers on, within how long, and how near in meaning (a cosine) it is one matter."""

    customers: int
    within: timedelta
    alike: float
    fits: Fit = USUAL_FIT

    def takes(self, case: Traits) -> bool:
        """Whether such a case may be one of many."""
        return self.fits.covers(case)


class Echo(NamedTuple):
    """What a customer said, by its meaning alone: its likeliest theme ("" for none), and its sketch.

    A sketch says for each of BITS fixed directions on which side of it the meaning lies.
    """

    feedback_id: int
    customer_id: int
    theme: str
    sketch: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """A burst that goes on: the case that stands for it, and the middle of what belongs to it."""

    parent_id: int
    theme: str
    middle: int
    alike: float

    def takes(self, echo: Echo) -> bool:
        """Whether the piece is one more of it."""
        return echo.theme == self.theme and is_near(echo.sketch, self.middle, self.alike)

    def is_same(self, theme: str, middle: int) -> bool:
        """Whether another burst that is about to begin is this one, told in another way.

        Two matters of one theme at the same time are rarer than one with two ways to tell it.
        """
        return theme == self.theme and is_near(middle, self.middle, self.alike - ANOTHER_WAY)


@dataclass(frozen=True, slots=True)
class Crowd:
    """For whom the parent of a burst stands: so many customers, and members of which so many are `open`.

    `since` is when the first of them was heard, `latest` when the last was. `is_over`: it takes in no more;
    `is_resolved`: nor does it go on.
    """

    customers: int
    members: int
    open: int
    since: datetime
    latest: datetime
    is_over: bool
    is_resolved: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One case of a burst: who said what, and how it stands."""

    number: int
    customer: str | None
    text: str
    status: CaseStatus
    opened_at: datetime


def sketch_of(signs: bytes) -> int:
    """The sketch that the ear made, as a number to compare."""
    return int.from_bytes(signs)


def signs_of(sketch: int) -> bytes:
    """The same as it is kept."""
    return sketch.to_bytes(BITS // 8)


def likeness(one: int, other: int) -> float:
    """The cosine of two meanings, -1 to 1: the more signs differ, the wider the angle between them."""
    return math.cos(math.pi * (one ^ other).bit_count() / BITS)


def is_near(one: int, other: int, alike: float) -> bool:
    """Whether two meanings are as alike as that: hundreds are compared for each piece that is heard."""
    return (one ^ other).bit_count() <= _most_others(alike)


def middle_of(sketches: Sequence[int]) -> int:
    """What most of them say of each direction; where they are evenly split, what the first one says."""
    written = [f"{sketch:0{BITS}b}" for sketch in sketches]
    return int("".join(_most(signs) for signs in zip(*written, strict=True)), 2)


def find_like(new: Echo, recent: Sequence[Echo], rules: BurstRules) -> list[Echo]:
    """The pieces that are a burst together with this one, itself the first; none where there is no burst.

    Two who say the same in their own words are nearer to the middle of many than to each other: so what is
    near to the new piece makes the middle, and what is near to that belongs to it. One customer who writes
    often counts once.
    """
    sketch, most, since = new.sketch, _most_others(rules.alike), new.at - rules.within
    near = [each for each in recent if (each.sketch ^ sketch).bit_count() <= most]
    same = [each for each in near if each.theme == new.theme and each.at > since]
    if not same:
        return []
    middle = middle_of([sketch, *(each.sketch for each in same)])
    others = (each for each in recent if each.theme == new.theme and each.at > since)
    like = [new, *(each for each in others if is_near(each.sketch, middle, rules.alike))]
    return like if _customers(like) >= rules.customers else []


def is_over(latest: datetime, within: timedelta, at: datetime) -> bool:
    """A burst has ended when nobody added to it for as long as it would take to begin one."""
    return at - latest >= within


@cache
def _most_others(alike: float) -> int:
    """In how many signs two sketches may differ, and be as alike as that."""
    return math.floor(math.acos(alike) / math.pi * BITS)


def _customers(echoes: Sequence[Echo]) -> int:
    return len({each.customer_id for each in echoes})


def _most(signs: tuple[str, ...]) -> str:
    ones = 2 * signs.count("1")
    return signs[0] if ones == len(signs) else str(int(ones > len(signs)))
