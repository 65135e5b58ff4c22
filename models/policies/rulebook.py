"""What the business decided in rules.yaml, as plain values: teams, promises, rules, limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from models.policies.opening_hours import OpeningHours
from models.policies.rights import Role, ranked, roles_of
from models.policies.rules import Rule
from models.vocabulary import AgentId, ClockKind, CompensationKind, Money, Priority

ROUND_THE_CLOCK = OpeningHours("24/7", "UTC")


@dataclass(frozen=True, slots=True)
class Admins:
    """Who looks after the bot, and the channel in which it tells them what went wrong."""

    members: tuple[AgentId, ...]
    channel: str


@dataclass(frozen=True, slots=True)
class Source:
    """An address at which feedback comes in, and how people call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """People who work the cases of one channel. Channels are as written: "#name" or a Slack id."""

    key: str
    name: str
    channel: str
    escalation_channel: str
    members: tuple[AgentId, ...]
    supervisors: tuple[AgentId, ...]
    leads: tuple[AgentId, ...]
    hours: OpeningHours


@dataclass(frozen=True, slots=True)
class Promise:
    """How fast we are: a length for each clock, and the shares of it after which people are pinged."""

    name: str
    lengths: Mapping[ClockKind, timedelta]
    ping_at: tuple[float, ...]
    is_round_the_clock: bool


@dataclass(frozen=True, slots=True)
class CompensationRules:
    """What may be offered, and how much of it in one case by whom."""

    currency: str
    options: tuple[CompensationKind, ...]
    limits_per_case: Mapping[Role, Money]

    def limit_of(self, roles: frozenset[Role]) -> Money:
        """The limit of the highest role; a role without a limit of its own has that of the next below.

        Nothing may be given where no role has a limit.
        """
        ranks = list(Role)
        below = [role for role in ranks if any(ranks.index(role) <= ranks.index(held) for held in roles)]
        limits = [self.limits_per_case[role] for role in ranked(below) if role in self.limits_per_case]
        return limits[0] if limits else Money(Decimal(0), self.currency)


@dataclass(frozen=True, slots=True)
class ImportRules:
    """What an import of old feedback opens: only for feedback younger than that, and at most so many."""

    open_cases_for: timedelta
    at_most: int


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One reading of rules.yaml; `version` tells it from every other content of the file."""

    version: str
    time_zone: str
    admins: Admins
    sources: Mapping[str, Source]
    teams: Mapping[str, Team]
    promises: Mapping[str, Promise]
    rules: tuple[Rule, ...]
    compensation: CompensationRules
    imports: ImportRules

    def hours_of(self, team: str, promise: str) -> OpeningHours:
        """The hours in which that promise runs for that team."""
        return ROUND_THE_CLOCK if self.promises[promise].is_round_the_clock else self.teams[team].hours

    def promise_for(self, priority: Priority) -> str:
        """The promise for a case that no rule ordered: the one named as its priority, or the first."""
        return priority.value if priority.value in self.promises else next(iter(self.promises))

    def roles_of(self, agent_id: AgentId, team: str) -> frozenset[Role]:
        """What a person is in a team, as admins are in every one; a team that is gone has only admins."""
        people = {Role.ADMIN: self.admins.members}
        if team in self.teams:
            found = self.teams[team]
            people |= {Role.AGENT: found.members, Role.SUPERVISOR: found.supervisors, Role.LEAD: found.leads}
        return roles_of(agent_id, people)

    def teams_of(self, agent_id: AgentId) -> list[Team]:
        """The teams in which the person is listed, in the order of the file."""
        return [
            team
            for team in self.teams.values()
            if agent_id in (*team.members, *team.supervisors, *team.leads)
        ]

    def find_team_in(self, channel: str) -> Team | None:
        """The team that works in this channel, named as in the file; None where no team does."""
        return next((team for team in self.teams.values() if team.channel == channel), None)
