"""The roles that a person can hold in a team."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from models.vocabulary import AgentId


class Role(StrEnum):
    """What a person is in a team; declared from the least to the most."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    LEAD = "lead"
    ADMIN = "admin"


def roles_of(agent_id: AgentId, people: Mapping[Role, Collection[AgentId]]) -> frozenset[Role]:
    """Every role under which the person is listed; none for a stranger."""
    return frozenset(role for role, listed in people.items() if agent_id in listed)


def ranked(roles: Collection[Role]) -> list[Role]:
    """The same roles, the most first."""
    return [role for role in reversed(Role) if role in roles]
