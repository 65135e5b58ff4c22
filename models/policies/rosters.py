"""User groups and e-mail addresses in rules.yaml, and the people whom they stand for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from models.policies.ladders import USER_GROUPS
from models.policies.rulebook import Rulebook, Team
from models.vocabulary import AgentId

Rosters = Mapping[str, Sequence[AgentId]]
"""For each name that Slack has told us of: whom it stands for, in Slack's order; maybe nobody."""


def is_email(written: str) -> bool:
    """Whether it is the e-mail address of a person."""
    return "@" in written


def is_person(written: str) -> bool:
    """Whether it is a person's own id, for which nobody need be asked."""
    return not is_email(written) and not written.startswith(USER_GROUPS)


def names_in(rulebook: Rulebook) -> list[str]:
    """Every user group and e-mail address among the people of a rulebook as it was written, each once."""
    return names_among(
        [*rulebook.admins.members, *(word for team in rulebook.teams.values() for word in team.people)]
    )


def names_among(listed: Iterable[str]) -> list[str]:
    """Those of these words that are user groups and e-mail addresses, each once."""
    return [word for word in dict.fromkeys(listed) if not is_person(word)]


def staffed(written: Rulebook, rosters: Rosters) -> Rulebook:
    """The same rulebook with people only: each name is replaced by those whom it stands for.

    A name of which nothing is known stands for nobody yet, and is kept as `unread`.
    """
    if not names_in(written):
        return written
    admins = replace(
        written.admins,
        members=_people(written.admins.members, rosters),
        unread=_unread(written.admins.members, rosters),
    )
    teams = {key: _staffed(team, rosters) for key, team in written.teams.items()}
    return replace(written, admins=admins, teams=MappingProxyType(teams), as_written=written)


def _staffed(team: Team, rosters: Rosters) -> Team:
    return replace(
        team,
        members=_people(team.members, rosters),
        supervisors=_people(team.supervisors, rosters),
        leads=_people(team.leads, rosters),
        unread=_unread(team.people, rosters),
    )


def _people(listed: Iterable[AgentId], rosters: Rosters) -> tuple[AgentId, ...]:
    found = (person for word in listed for person in ([word] if is_person(word) else rosters.get(word, ())))
    return tuple(dict.fromkeys(found))


def _unread(listed: Iterable[AgentId], rosters: Rosters) -> tuple[str, ...]:
    return tuple(word for word in names_among(listed) if word not in rosters)
