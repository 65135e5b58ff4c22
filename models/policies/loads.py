"""How much a person has on their hands, and how long it will likely take: told by like cases of the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from models.vocabulary import AgentId, CaseKind

ENOUGH = 5
"""Like cases; the middle of fewer is chance."""


@dataclass(frozen=True, slots=True)
class Like:
    """What cases are told apart by here: of which team, and what they are."""

    team: str
    kind: CaseKind


@dataclass(frozen=True, slots=True)
class Took:
    """How long like cases took, from when somebody had them to their end, without pauses: of so many."""

    cases: int
    median: timedelta

    @property
    def is_enough(self) -> bool:
        """Whether so many cases tell anything."""
        return self.cases >= ENOUGH


@dataclass(frozen=True, slots=True)
class Load:
    """The open cases of one person, and the time that `told` of them will likely need one after the other.

    `like` is of how many past cases that follows; `likely` None: of too few to tell of any.
    """

    person: AgentId
    cases: int
    told: int
    likely: timedelta | None
    like: int


def load_of(person: AgentId, held: Mapping[Like, int], took: Mapping[Like, Took]) -> Load:
    """Each case counts with the median of those like it; one that too few are like counts not at all."""
    known = {like: took[like] for like in held if like in took and took[like].is_enough}
    likely = sum((each.median * held[like] for like, each in known.items()), timedelta())
    return Load(
        person=person,
        cases=sum(held.values()),
        told=sum(held[like] for like in known),
        likely=likely if known else None,
        like=sum(each.cases for each in known.values()),
    )
