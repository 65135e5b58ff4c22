"""What the business decided in rules.yaml, as plain values: teams, promises, rules, limits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from models.policies.assignment import TAKEN_BY_HAND, AssignmentRules
from models.policies.bursts import BurstRules
from models.policies.catalogue import Offer, plain_offer
from models.policies.ladders import APPROVERS, SUPERVISORS_AT_ONCE, Group, Ladder
from models.policies.opening_hours import OpeningHours
from models.policies.playbooks import USUAL_PLAYBOOK, Playbook
from models.policies.promises import Choice, Promise, Terms, Traits, choose_promise
from models.policies.review import ReviewRules
from models.policies.rights import Role, ranked, roles_of
from models.policies.rules import Effect, Rule
from models.policies.themes import SOMETHING_ELSE, Theme
from models.vocabulary import AgentId, Barred, ClockKind, CompensationKind, Money

ROUND_THE_CLOCK = OpeningHours("24/7", "UTC")


@dataclass(frozen=True, slots=True)
class Admins:
    """Who looks after the bot, and where it tells them what went wrong; `unread` as in Team."""

    members: tuple[AgentId, ...]
    channel: str
    unread: tuple[str, ...] = ()


class PostedBy(StrEnum):
    """Whose messages in a watched channel are feedback."""

    BOTS = "bots"
    PEOPLE = "people"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Source:
    """An address at which feedback comes in, and how people call it.

    What is posted in `slack_channel`, as written, is feedback of this source; None: no channel is watched.
    """

    key: str
    name: str
    slack_channel: str | None = None
    posted_by: PostedBy = PostedBy.BOTS

    def takes(self, *, is_by_bot: bool) -> bool:
        """Whether a message of a tool, or of a person, is feedback."""
        return self.posted_by is not (PostedBy.PEOPLE if is_by_bot else PostedBy.BOTS)


@dataclass(frozen=True, slots=True)
class Team:
    """People who work the cases of one channel. Channels are as written: "#name" or a Slack id.

    `groups` are the user groups among its members, by which all of them can be called at once. `unread` are
    user groups and e-mail addresses among its people of whom Slack has told us nothing yet. `is_private`:
    only its own people and admins look at its cases.
    """

    key: str
    name: str
    channel: str
    escalation_channel: str
    members: tuple[AgentId, ...]
    supervisors: tuple[AgentId, ...]
    leads: tuple[AgentId, ...]
    hours: OpeningHours
    assignment: AssignmentRules = TAKEN_BY_HAND
    groups: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    is_private: bool = False

    @property
    def people(self) -> tuple[AgentId, ...]:
        """Everybody who is listed, each once: those who work its cases first."""
        return tuple(dict.fromkeys((*self.members, *self.supervisors, *self.leads)))


@dataclass(frozen=True, slots=True)
class CompensationRules:
    """What may be offered, and how much of it: in one case and in seven days by whom, in a month by a team,
    in a year to a customer; and up to how much, in all, a case may be given with the yes of whom.

    All limits are in `currency`; `rates` say how much of it one of another currency is. `approval_ladder` is
    the key of the ladder that requests climb, None for the usual one.
    """

    currency: str
    options: tuple[CompensationKind, ...]
    limits_per_case: Mapping[Role, Money]
    limits_per_week: Mapping[Role, Money] = field(default_factory=dict)
    budgets_per_month: Mapping[str, Money] = field(default_factory=dict)
    limit_per_customer_year: Money | None = None
    limits_per_approval: Mapping[Role, Money] = field(default_factory=dict)
    approval_ladder: str | None = None
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    catalogue: Mapping[str, Offer] = field(default_factory=dict)

    @property
    def offers(self) -> Mapping[str, Offer]:
        """What can be given, by its key: the catalogue, or without one each option in any amount."""
        return self.catalogue or {kind.value: plain_offer(kind) for kind in self.options}

    def limit_of(self, roles: frozenset[Role]) -> Money:
        """How much may be given in one case; nothing where no role has a limit."""
        return _highest(self.limits_per_case, roles) or Money(Decimal(0), self.currency)

    def week_limit_of(self, roles: frozenset[Role]) -> Money | None:
        """How much one person may give in seven days; None where no limit is set."""
        return _highest(self.limits_per_week, roles)

    def in_own_currency(self, money: Money) -> Money:
        """What it is in the currency of the limits; raises KeyError for one that has no rate."""
        if money.currency == self.currency:
            return money
        return Money(money.amount * self.rates[money.currency], self.currency)


@dataclass(frozen=True, slots=True)
class ImportRules:
    """What an import of old feedback opens: only for feedback younger than that, and at most so many."""

    open_cases_for: timedelta
    at_most: int


class Sign(StrEnum):
    """What a reaction on a card can stand for: the verbs of the same names."""

    CLAIM = "claim"
    RESOLVE = "resolve"


USUAL_REACTIONS: Mapping[str, Sign] = MappingProxyType(
    {"eyes": Sign.CLAIM, "white_check_mark": Sign.RESOLVE, "heavy_check_mark": Sign.RESOLVE}
)
"""Emoji by the names that Slack gives them."""
USUAL_THEMES: Mapping[str, Theme] = MappingProxyType({SOMETHING_ELSE.key: SOMETHING_ELSE})
USUAL_PLAYBOOKS: Mapping[str, Playbook] = MappingProxyType({USUAL_PLAYBOOK.key: USUAL_PLAYBOOK})


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One reading of rules.yaml; `version` tells it from every other content of the file.

    The file may name people by user groups and e-mail addresses. The rulebook in force has the people
    themselves, and `as_written` what the file says; None where that is the same. `barred` are people who can
    have no case; they stand nowhere else.
    """

    version: str
    time_zone: str
    admins: Admins
    sources: Mapping[str, Source]
    teams: Mapping[str, Team]
    promises: Mapping[str, Promise]
    rules: tuple[Rule, ...]
    compensation: CompensationRules
    imports: ImportRules
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    reactions: Mapping[str, Sign] = field(default_factory=lambda: USUAL_REACTIONS)
    review: ReviewRules | None = None
    stories_channel: str | None = None
    bursts: BurstRules | None = None
    themes: Mapping[str, Theme] = field(default_factory=lambda: USUAL_THEMES)
    playbooks: Mapping[str, Playbook] = field(default_factory=lambda: USUAL_PLAYBOOKS)
    as_written: "Rulebook | None" = None
    barred: Mapping[AgentId, Barred] = field(default_factory=dict)

    @property
    def written(self) -> "Rulebook":
        """What the file says."""
        return self.as_written or self

    def ladder_of(self, promise: str | None) -> Ladder:
        """The ladder of a promise, by its name; also where that is gone, or names none."""
        found = self.promises.get(promise) if promise else None
        return self.ladders.get((found and found.ladder) or "", SUPERVISORS_AT_ONCE)

    @property
    def ladder_of_approvals(self) -> Ladder:
        """The ladder that a request for approval climbs."""
        return self.ladders.get(self.compensation.approval_ladder or "", APPROVERS)

    def groups_of(self, team: str) -> dict[Group, tuple[AgentId, ...]]:
        """Who is who for a step of a ladder; a team that is gone has only admins."""
        found = self.teams.get(team)
        return {
            Group.SUPERVISORS: found.supervisors if found else (),
            Group.LEADS: found.leads if found else (),
            Group.ADMINS: self.admins.members,
        }

    def hours_of(self, team: str, promise: str) -> OpeningHours:
        """The hours in which that promise runs for that team."""
        return ROUND_THE_CLOCK if self.promises[promise].is_round_the_clock else self.teams[team].hours

    def terms_of(self, team: str, promise: str) -> dict[ClockKind, Terms]:
        """What each clock of that promise runs under for that team."""
        promised, hours = self.promises[promise], self.hours_of(team, promise)
        return {
            kind: Terms(length, promised.ping_at, hours, promised.is_round_the_clock)
            for kind, length in promised.lengths.items()
        }

    def promise_for(self, effect: Effect, segment: str | None) -> Choice:
        """The promise for a case that is about to open: the one that is ordered by name, else what fits.

        What a rule orders always fits, the file is checked for it. A case opened by hand may be one that
        nobody thought of; it gets the first promise of the file.
        """
        if effect.promise is not None:
            return Choice(effect.promise, "named by the rule")
        case = Traits(effect.kind, effect.priority, effect.team, segment)
        fitting = choose_promise(self.promises, case)
        return fitting or Choice(next(iter(self.promises)), "the first of the file, as none fits")

    def roles_of(self, agent_id: AgentId, team: str) -> frozenset[Role]:
        """What a person is in a team, as admins are in every one; a team that is gone has only admins."""
        people = {Role.ADMIN: self.admins.members}
        if team in self.teams:
            found = self.teams[team]
            people |= {Role.AGENT: found.members, Role.SUPERVISOR: found.supervisors, Role.LEAD: found.leads}
        return roles_of(agent_id, people)

    def people_of(self, team: str, roles: Collection[Role | None]) -> list[AgentId]:
        """Who has one of these roles there, those who are nearest to the cases first."""
        found = self.teams.get(team)
        listed: dict[Role, tuple[AgentId, ...]] = {Role.ADMIN: self.admins.members}
        if found is not None:
            listed |= {Role.AGENT: found.members, Role.SUPERVISOR: found.supervisors, Role.LEAD: found.leads}
        wanted = (person for role in Role if role in roles for person in listed.get(role, ()))
        return list(dict.fromkeys(wanted))

    def unread_in(self, team: str) -> list[str]:
        """Names among the people of that team and the admins of whom Slack has told us nothing yet."""
        found = self.teams.get(team)
        return list(dict.fromkeys((*(found.unread if found else ()), *self.admins.unread)))

    def teams_of(self, agent_id: AgentId) -> list[Team]:
        """The teams in which the person is listed, in the order of the file."""
        return [team for team in self.teams.values() if agent_id in team.people]

    def standing_of(self, agent_id: AgentId) -> dict[str, Role]:
        """The highest role of a person in each team where they have one, by the team's name."""
        held = {team.name: ranked(self.roles_of(agent_id, key)) for key, team in self.teams.items()}
        return {name: roles[0] for name, roles in held.items() if roles}

    def chosen_for(self, rule: str, team: str) -> tuple[AgentId, ...]:
        """The people among whom that rule gives its cases away, while these are with its team."""
        effects = (each.effect for each in self.rules if each.name == rule and each.effect is not None)
        return next((effect.assign for effect in effects if effect.team == team), ())

    def find_team_in(self, channel: str) -> Team | None:
        """The team that works in this channel, named as in the file; None where no team does."""
        return next((team for team in self.teams.values() if team.channel == channel), None)


def _highest(limits: Mapping[Role, Money], roles: frozenset[Role]) -> Money | None:
    """The limit of the highest role; a role without a limit of its own has that of the next below."""
    ranks = list(Role)
    below = [role for role in ranks if any(ranks.index(role) <= ranks.index(held) for held in roles)]
    found = [limits[role] for role in ranked(below) if role in limits]
    return found[0] if found else None
