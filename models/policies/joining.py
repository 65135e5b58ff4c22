"""The way in: whom somebody asks who wants to work for a team, and what makes them one of it."""

from models.policies.permissions import MOST_NAMED, roles_in
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId


def is_stranger(who: AgentId, rulebook: Rulebook) -> bool:
    """Whether a person works for no team and is no admin."""
    return not any(rulebook.roles_of(who, team) for team in rulebook.teams)


def why_not_join(who: AgentId, team: str, rulebook: Rulebook) -> str | None:
    """None for who may ask; who is of the team, or an admin, need not."""
    if not roles_in(who, team, rulebook):
        return None
    return f"You work for {rulebook.teams[team].name} already. `/recovery help` shows what you can do."


def whom_to_ask(team: str, rulebook: Rulebook) -> list[AgentId]:
    """The admins, who keep rules.yaml; who leads the team, where none is known. A few of them are enough."""
    found = rulebook.teams[team]
    return list(dict.fromkeys(rulebook.admins.members or (*found.supervisors, *found.leads)))[:MOST_NAMED]


def line_for(who: AgentId, team: str, rulebook: Rulebook) -> str:
    """The line of rules.yaml that makes somebody a member of the team, in place of the one that is there."""
    return f"members: [{', '.join((*rulebook.written.teams[team].members, who))}]"
