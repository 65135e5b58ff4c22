"""Promises, and which of them a case is under: chosen in one way when it opens and when it changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from models.policies.opening_hours import OpeningHours
from models.policies.sla_clock import Threshold
from models.vocabulary import CaseKind, ClockKind, Priority


@dataclass(frozen=True, slots=True)
class Traits:
    """What a promise is chosen by. `segment` is the customer's; None where none is known."""

    kind: CaseKind
    priority: Priority
    team: str
    segment: str | None


@dataclass(frozen=True, slots=True)
class Fit:
    """The cases that a promise is for: those with one value of each of these; an empty one asks nothing."""

    kind: frozenset[CaseKind] = frozenset()
    priority: frozenset[Priority] = frozenset()
    team: frozenset[str] = frozenset()
    segment: frozenset[str] = frozenset()

    def covers(self, case: Traits) -> bool:
        """Whether the case is one of them."""
        return all(getattr(case, trait) in wanted for trait, wanted in self._asked())

    def __str__(self) -> str:
        return "; ".join(f"{trait} {' or '.join(sorted(wanted))}" for trait, wanted in self._asked())

    def _asked(self) -> list[tuple[str, frozenset[str]]]:
        asked = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(trait, wanted) for trait, wanted in asked if wanted]


@dataclass(frozen=True, slots=True)
class Promise:
    """How fast we are: a length for each clock, and when people are pinged before it runs out.

    `fits` None: it is for what names it. `ladder` is who is told when it is not kept, by its name.
    """

    name: str
    lengths: Mapping[ClockKind, timedelta]
    ping_at: tuple[Threshold, ...]
    is_round_the_clock: bool
    fits: Fit | None = None
    ladder: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What one clock of a case runs under: a copy, so that nobody's edits of rules.yaml move it."""

    length: timedelta
    ping_at: tuple[Threshold, ...]
    hours: OpeningHours
    is_round_the_clock: bool

    def in_hours_of(self, team: OpeningHours) -> "Terms":
        """The same for another team; a promise that is round the clock is so everywhere."""
        return self if self.is_round_the_clock else replace(self, hours=team)


@dataclass(frozen=True, slots=True)
class Choice:
    """The promise that a case is under, by its name, and why this one, in words for an admin."""

    promise: str
    why: str


def choose_promise(promises: Mapping[str, Promise], case: Traits) -> Choice | None:
    """The first promise whose `for` fits; else the one without `for` that is named as the priority.

    None where there is neither.
    """
    for name, promise in promises.items():
        if promise.fits is not None and promise.fits.covers(case):
            return Choice(name, f"for {promise.fits}")
    namesake = promises.get(case.priority.value)
    if namesake is not None and namesake.fits is None:
        return Choice(namesake.name, "named as the priority")
    return None


def which_change(
    running: Mapping[ClockKind, Terms], wanted: Mapping[ClockKind, Terms], over: Collection[ClockKind]
) -> list[ClockKind]:
    """The clocks that come to run under other terms, that end, and that begin, as a case meets them.

    What is `over`, by a clock that stopped or by what was done, does not begin again.
    """
    moved = {kind for kind, terms in running.items() if wanted.get(kind) != terms}
    begun = {kind for kind in wanted if kind not in running and kind not in over}
    return [kind for kind in ClockKind if kind in moved | begun]
