"""User groups and e-mail addresses in rules.yaml, and the people whom they stand for."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.policies.ladders import USER_GROUPS
from models.policies.rulebook import Rulebook, Team
from models.policies.rules import Rule
from models.vocabulary import AgentId, Barred

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
        [
            *rulebook.admins.members,
            *(word for team in rulebook.teams.values() for word in team.people),
            *(word for rule in rulebook.rules if rule.effect for word in rule.effect.assign),
        ]
    )


def names_among(listed: Iterable[str]) -> list[str]:
    """Those of these words that are user groups and e-mail addresses, each once."""
    return [word for word in dict.fromkeys(listed) if not is_person(word)]


@dataclass(frozen=True, slots=True)
class Staff:
    """What Slack has told us of the people of rules.yaml: who stands behind names, who can have no case."""

    rosters: Rosters
    barred: Mapping[AgentId, Barred]


def staffed(written: Rulebook, staff: Staff) -> Rulebook:
    """The same rulebook with people only, those who can work: each name is replaced by whom it stands for.

    A name of which nothing is known stands for nobody yet, and is kept as `unread`.
    """
    if not names_in(written) and not staff.barred:
        return written
    rosters = staff.rosters
    unread = _unread(written.admins.members, rosters)
    admins = replace(written.admins, members=_people(written.admins.members, rosters), unread=unread)
    teams = {key: _with_people(team, rosters) for key, team in written.teams.items()}
    rules = tuple(_with_chosen(rule, lambda listed: _people(listed, rosters)) for rule in written.rules)
    named = replace(written, admins=admins, teams=MappingProxyType(teams), rules=rules, as_written=written)
    return without(named, staff.barred)


def without(rulebook: Rulebook, barred: Mapping[AgentId, Barred]) -> Rulebook:
    """The same rulebook in which these people stand nowhere."""
    admins = replace(rulebook.admins, members=_others(rulebook.admins.members, barred))
    teams = {
        key: replace(
            team,
            members=_others(team.members, barred),
            supervisors=_others(team.supervisors, barred),
            leads=_others(team.leads, barred),
        )
        for key, team in rulebook.teams.items()
    }
    rules = tuple(_with_chosen(rule, lambda listed: _others(listed, barred)) for rule in rulebook.rules)
    everybody = {**rulebook.barred, **barred}
    return replace(rulebook, admins=admins, teams=MappingProxyType(teams), rules=rules, barred=everybody)


def _with_chosen(rule: Rule, choose: Callable[[Iterable[AgentId]], tuple[AgentId, ...]]) -> Rule:
    """The rule with others among whom it gives its cases away."""
    if rule.effect is None or not rule.effect.assign:
        return rule
    return replace(rule, effect=replace(rule.effect, assign=choose(rule.effect.assign)))


def _with_people(team: Team, rosters: Rosters) -> Team:
    return replace(
        team,
        members=_people(team.members, rosters),
        supervisors=_people(team.supervisors, rosters),
        leads=_people(team.leads, rosters),
        groups=tuple(name for name in names_among(team.members) if name in rosters and not is_email(name)),
        unread=_unread(team.people, rosters),
    )


def _people(listed: Iterable[AgentId], rosters: Rosters) -> tuple[AgentId, ...]:
    found = (person for word in listed for person in ([word] if is_person(word) else rosters.get(word, ())))
    return tuple(dict.fromkeys(found))


def _others(listed: Iterable[AgentId], barred: Container[AgentId]) -> tuple[AgentId, ...]:
    return tuple(person for person in listed if person not in barred)


def _unread(listed: Iterable[AgentId], rosters: Rosters) -> tuple[str, ...]:
    return tuple(word for word in names_among(listed) if word not in rosters)
