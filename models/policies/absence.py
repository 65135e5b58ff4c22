"""Being away: who may say so of whom, for how long, and who can stand in."""

from dataclasses import dataclass
from datetime import datetime

from models.policies.leaving import why_barred
from models.policies.permissions import WHO_LEADS, roles_in
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, mention

EXAMPLE = "/recovery away until friday"


@dataclass(frozen=True, slots=True)
class Away:
    """A time [starts_at, until) for which somebody is away; `until` None: it has no end yet."""

    starts_at: datetime
    until: datetime | None = None
    stand_in: AgentId | None = None

    def overlaps(self, other: "Away") -> bool:
        """Whether a moment lies in both."""
        begins_before_its_end = other.until is None or self.starts_at < other.until
        return begins_before_its_end and (self.until is None or other.starts_at < self.until)


def why_not_say_away(by: AgentId, who: AgentId, rulebook: Rulebook) -> str | None:
    """One says it of oneself; who leads one of their teams may say it of them."""
    teams = rulebook.teams_of(who)
    barred = why_barred(who, rulebook.barred)
    if barred is not None:
        return f"{barred} So nothing waits meanwhile."
    if not teams:
        what = "You work" if by == who else f"{mention(who)} works"
        names = ", ".join(team.name for team in rulebook.teams.values())
        way_in = " To work for one: `/recovery join`." if by == who else ""
        return f"{what} for no team of rules.yaml, so no case waits meanwhile. The teams: {names}.{way_in}"
    if by == who or any(roles_in(by, team.key, rulebook) & WHO_LEADS for team in teams):
        return None
    leaders = dict.fromkeys(leader for team in teams for leader in (*team.supervisors, *team.leads))
    who_may = ", ".join(mention(leader) for leader in leaders) or "an admin"
    return (
        f"Only {mention(who)}, or who leads their team ({who_may}), can say that {mention(who)} is away. "
        f"To be away yourself, with them as your stand-in: `{EXAMPLE} {mention(who)}`"
    )


def why_not_away(who: AgentId, away: Away, at: datetime, rulebook: Rulebook) -> str | None:
    """An absence ends after it begins and after now, and who stands in works for one of the same teams."""
    if away.until is not None and away.until <= max(away.starts_at, at):
        return f"That would be over before it begins. An absence ends in the future: `{EXAMPLE}`"
    if away.stand_in is None:
        return None
    if away.stand_in == who:
        return f"{mention(who)} cannot stand in for themself. Name somebody else: `{EXAMPLE} @ben`"
    teams = rulebook.teams_of(who)
    if any(away.stand_in in team.people for team in teams):
        return None
    people = dict.fromkeys(person for team in teams for person in team.people if person != who)
    names = ", ".join(mention(person) for person in people) or "nobody"
    barred = why_barred(away.stand_in, rulebook.barred)
    if barred is not None:
        return f"{barred} Those who could stand in: {names}."
    return f"{mention(away.stand_in)} works for no team of {mention(who)}. Those who do: {names}."
