"""Ladders: whom a case at risk is raised to, step by step, until somebody acknowledges it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.policies import sla_clock
from models.policies.sla_clock import Clock
from models.vocabulary import AgentId, EscalationEnd, SlaStatus

LAST_WAIT = timedelta(minutes=30)
"""After the only step of a ladder nobody has said how long to wait before the admins are told."""


PEOPLE, CHANNELS, USER_GROUPS = ("U", "W"), ("#", "C", "G"), "S"
"""What the ids of people, the names and ids of channels, and the ids of user groups begin with."""


class Group(StrEnum):
    """People whom a step names by what they are in the case's team."""

    SUPERVISORS = "supervisors"
    LEADS = "leads"
    ADMINS = "admins"


class Heir(StrEnum):
    """Who gets the case at a step that gives it on: the first of the team's."""

    SUPERVISOR = "supervisor"
    LEAD = "lead"


HEIRS_OF: Mapping[Heir, Group] = {Heir.SUPERVISOR: Group.SUPERVISORS, Heir.LEAD: Group.LEADS}


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: so long after the escalation began, these are told, and maybe somebody gets the case.

    `tell` holds words of Group, channels ("#name" or an id), ids of people and of user groups (S…).
    `reassign` is a word of Heir or a person's id.
    """

    after: timedelta
    tell: tuple[str, ...]
    reassign: str | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a promise that is not kept, the first first."""

    name: str
    steps: tuple[Step, ...]

    @property
    def channels(self) -> list[str]:
        """The channels that its steps name."""
        return [word for step in self.steps for word in step.tell if word.startswith(CHANNELS)]

    @property
    def user_groups(self) -> list[str]:
        """The user groups that its steps name."""
        return [word for step in self.steps for word in step.tell if word.startswith(USER_GROUPS)]

    @property
    def people(self) -> list[AgentId]:
        """The people whom its steps name by their ids, to be told or to get the case."""
        words = (word for step in self.steps for word in (*step.tell, step.reassign or ""))
        return [AgentId(word) for word in words if word.startswith(PEOPLE)]


SUPERVISORS_AT_ONCE = Ladder("supervisors at once", (Step(timedelta(0), (Group.SUPERVISORS,)),))
"""The ladder of a promise that names none."""
APPROVERS = Ladder(
    "approvers",
    (
        Step(timedelta(0), (Group.SUPERVISORS,)),
        Step(timedelta(minutes=30), (Group.LEADS,)),
        Step(timedelta(hours=1), (Group.ADMINS,)),
    ),
)
"""The ladder of requests for approval where rules.yaml names none."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a step tells, by their ids; channels as rules.yaml names them."""

    people: tuple[AgentId, ...]
    user_groups: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a case is raised: the step it stands on, of how many. `acknowledged_by` None: nobody did."""

    step: int
    steps: int
    reason: str
    since: datetime
    acknowledged_by: AgentId | None = None
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: EscalationEnd | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody to acknowledge it."""
        return self.acknowledged_at is None and self.ended_at is None


def whom(step: Step, people: Mapping[Group, Sequence[AgentId]]) -> Told:
    """Whom a step tells in a team; the admins where that would be nobody."""
    named = [AgentId(word) for word in step.tell if word.startswith(PEOPLE)]
    of_groups = [person for word in step.tell if word in list(Group) for person in people[Group(word)]]
    told = Told(
        people=tuple(dict.fromkeys([*of_groups, *named])),
        user_groups=tuple(word for word in step.tell if word.startswith(USER_GROUPS)),
        channels=tuple(word for word in step.tell if word.startswith(CHANNELS)),
    )
    if told.people or told.user_groups or told.channels:
        return told
    return Told(tuple(people[Group.ADMINS]), (), ())


def heir_at(step: Step, people: Mapping[Group, Sequence[AgentId]]) -> AgentId | None:
    """Who gets the case at this step; None where it stays with whom it is."""
    if step.reassign is None:
        return None
    if step.reassign in list(Heir):
        return next(iter(people[HEIRS_OF[Heir(step.reassign)]]), None)
    return AgentId(step.reassign)


def wait_after(steps: Sequence[Step], number: int) -> timedelta:
    """How long after step `number` (from 1) the next one comes; after the last, until the admins are told.

    In real time since that step was told, not since the breach: where nobody swept for a while, each step
    still has its time to be acknowledged. The last waits as long as the one before it did.
    """
    if number < len(steps):
        return steps[number].after - steps[number - 1].after
    return steps[-1].after - steps[-2].after if len(steps) > 1 else LAST_WAIT


def is_over(clocks: Sequence[Clock], at: datetime) -> bool:
    """Whether there is nothing left for which a broken promise raised the case."""
    return all(clock.status(at) is not SlaStatus.BREACHED for clock in clocks)


def words(clock: Clock, climb: Climb | None, at: datetime) -> str:
    """How a promise stands, and where it is broken how far the case is raised; for card and lists."""
    standing = sla_clock.words(clock, at)
    if climb is None or climb.ended_at is not None or clock.status(at) is not SlaStatus.BREACHED:
        return standing
    seen = ", acknowledged" if climb.acknowledged_at else ""
    return f"{standing}, escalated to step {climb.step}{seen}"


def kept(ladder: Ladder) -> list[dict[str, Any]]:
    """The steps as an escalation keeps them."""
    return [
        {
            "after_seconds": step.after.total_seconds(),
            "tell": [str(word) for word in step.tell],
            "reassign": step.reassign,
        }
        for step in ladder.steps
    ]


def read(steps: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The same steps from what was kept."""
    return tuple(
        Step(timedelta(seconds=step["after_seconds"]), tuple(step["tell"]), step["reassign"])
        for step in steps
    )
