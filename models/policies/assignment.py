"""Who gets a case that nobody asked for: strategies over what everybody has on their hands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.vocabulary import AgentId, Priority, mention

WEIGHT = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 5}
"""What one open case counts when people's loads are compared."""


class Strategy(StrEnum):
    """How a team gives its new cases to people."""

    NONE = "none"
    NAMED_PERSON = "named person"
    ROUND_ROBIN = "round robin"
    LEAST_LOADED = "least loaded"
    BY_SKILL = "by skill"
    BY_SEGMENT = "by customer segment"
    LAST_OWNER = "last owner"


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    """A team's `assignment:`. `otherwise` is for cases for which the strategy finds nobody.

    `limit_per_person`: how many open cases somebody may have before they get no more; None: any number.
    """

    strategy: Strategy = Strategy.NONE
    otherwise: Strategy = Strategy.NONE
    person: AgentId | None = None
    skills: Mapping[AgentId, frozenset[str]] = field(default_factory=dict)
    segments: Mapping[str, tuple[AgentId, ...]] = field(default_factory=dict)
    limit_per_person: int | None = None

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """What is asked, in this order; nothing where cases wait for somebody to claim them."""
        return tuple(each for each in (self.strategy, self.otherwise) if each is not Strategy.NONE)


BY_ITS_RULE = "chosen by its rule"
TAKEN_BY_HAND = AssignmentRules()
"""Cases wait until somebody takes them, however many that person has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a strategy knows of the case: the skills that its rule asks for, and whose customer it is.

    `chosen` are the people among whom its rule gives it away, before any strategy.
    """

    needs: frozenset[str] = frozenset()
    segment: str | None = None
    last_owner: AgentId | None = None
    chosen: tuple[AgentId, ...] = ()


@dataclass(frozen=True, slots=True)
class Workload:
    """One of the team's people. `is_member`: they work its cases; who only leads it gets them by name.

    Nobody gets a case while they are away, nor by a strategy while Slack does not disturb them: `is_quiet`.

    `held`: their open cases by priority, those of other teams too. `last_turn` is the number of the latest
    assignment by which they got a case of this team; None: they never did.
    """

    agent_id: AgentId
    is_member: bool = True
    held: Mapping[Priority, int] = field(default_factory=dict)
    last_turn: int | None = None
    is_away: bool = False
    is_quiet: bool = False

    @property
    def open_cases(self) -> int:
        """How many cases they have on their hands."""
        return sum(self.held.values())

    @property
    def load(self) -> int:
        """The same, weighted by priority."""
        return sum(WEIGHT[priority] * cases for priority, cases in self.held.items())

    def has_room(self, limit: int | None) -> bool:
        """Whether they may have one more; None is no limit."""
        return limit is None or self.open_cases < limit

    def can_take(self, limit: int | None) -> bool:
        """Whether they may be given one more now."""
        return not self.is_away and self.has_room(limit)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who gets the case, and on what grounds, in words that follow a colon."""

    agent_id: AgentId
    because: str


def choose_assignee(rules: AssignmentRules, wanted: Wanted, people: Sequence[Workload]) -> Chosen | None:
    """Who gets the case; None: nobody can, and it waits for the team.

    Those whom its rule chose come first. Who is away, quiet, or has no room is passed over. Among several a
    turn goes to who waited longest for one, all else to who has the least on their hands; ties to who waited
    longest, then to the first of the file.
    """
    able = [each for each in people if each.can_take(rules.limit_per_person) and not each.is_quiet]
    chosen = [each for each in able if each.agent_id in wanted.chosen]
    if chosen:
        return Chosen(min(chosen, key=_load).agent_id, BY_ITS_RULE)
    for strategy in rules.strategies:
        asked = who_is_asked(strategy, rules, wanted, able)
        if asked:
            by = _turn if strategy is Strategy.ROUND_ROBIN else _load
            return Chosen(min(asked, key=by).agent_id, _because(strategy, wanted))
    return None


def choose_successor(
    stand_in: AgentId | None, rules: AssignmentRules, wanted: Wanted, people: Sequence[Workload]
) -> Chosen | None:
    """Who gets a case of somebody who goes away: their stand-in, or whom the team's strategy finds."""
    able = (person.agent_id for person in people if person.can_take(rules.limit_per_person))
    if stand_in is not None and stand_in in able:
        return Chosen(stand_in, "standing in")
    return choose_assignee(rules, wanted, people)


def who_is_asked(
    strategy: Strategy, rules: AssignmentRules, wanted: Wanted, people: Iterable[Workload]
) -> list[Workload]:
    """Those among whom a strategy chooses, in the same order."""
    match strategy:
        case Strategy.NONE:
            return []
        case Strategy.NAMED_PERSON:
            return [each for each in people if each.agent_id == rules.person]
        case Strategy.ROUND_ROBIN | Strategy.LEAST_LOADED:
            return [each for each in people if each.is_member]
        case Strategy.BY_SKILL:
            skills = rules.skills
            members = [each for each in people if each.is_member]
            return [each for each in members if wanted.needs <= skills.get(each.agent_id, frozenset())]
        case Strategy.BY_SEGMENT:
            named = rules.segments.get(wanted.segment or "", ())
            return [each for each in people if each.agent_id in named]
        case Strategy.LAST_OWNER:
            return [each for each in people if each.agent_id == wanted.last_owner]


def why_not_one_more(to: AgentId, people: Sequence[Workload], limit: int | None) -> str | None:
    """None while the person is here and below the limit of the team; else who can take it."""
    person = next((each for each in people if each.agent_id == to), None)
    if person is None or person.can_take(limit):
        return None
    able = sorted((each for each in people if each.is_member and each.can_take(limit)), key=_load)
    names = ", ".join(mention(each.agent_id) for each in able)
    room = f"Room for more: {names}." if names else "Nobody of the team has room."
    if person.is_away:
        return f"{mention(to)} is away. {room} A supervisor may give it to them all the same."
    return (
        f"{mention(to)} has {person.open_cases} open cases; the team's limit is {limit}. {room} "
        f"A supervisor may go over it."
    )


def _turn(person: Workload) -> int:
    return person.last_turn or 0


def _load(person: Workload) -> tuple[int, int]:
    return person.load, person.last_turn or 0


def _because(strategy: Strategy, wanted: Wanted) -> str:
    match strategy:
        case Strategy.NAMED_PERSON:
            return "named for all cases of the team"
        case Strategy.ROUND_ROBIN:
            return "next in turn"
        case Strategy.BY_SKILL if wanted.needs:
            return f"knows {', '.join(sorted(wanted.needs))}"
        case Strategy.BY_SEGMENT:
            return f"looks after {wanted.segment}"
        case Strategy.LAST_OWNER:
            return "had this customer last"
        case _:
            return "has the least on their hands"
