"""Where assignments miss people and skills: somebody who is not of the team, a skill that nobody has."""

from collections.abc import Iterator

from bot.rulebook.problems import Problem, near
from bot.rulebook.tree import Path, Tree
from models.policies.assignment import Strategy
from models.policies.rosters import is_person, names_among
from models.policies.rulebook import Rulebook, Team
from models.policies.rules import Effect
from models.vocabulary import AgentId


def problems_of_assignments(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """People whom an assignment names and the team does not list, and rules that need what nobody can."""
    for key, team in rulebook.teams.items():
        for path, why in _strangers(team):
            place = ("teams", key, "assignment", *path)
            yield Problem(tree.line(place), f"team '{key}': assignment: {path[0]}: {why}")
    for number, rule in enumerate(rulebook.rules):
        for listed, why in _strangers_chosen(rule.effect, rulebook) if rule.effect else ():
            line = tree.line(("rules", number, "assign", listed))
            yield Problem(line, f"rule '{rule.name}': assign: {why}")
        why_not = _why_nobody_can(rule.effect, rulebook) if rule.effect and rule.effect.needs else None
        if why_not is not None:
            yield Problem(tree.line(("rules", number, "needs")), f"rule '{rule.name}': needs: {why_not}")


def _strangers(team: Team) -> Iterator[tuple[Path, str]]:
    """Each person who cannot be given the team's cases, by where they stand in its assignment.

    The file does not tell who is behind a user group or an e-mail address: with one, anybody may be.
    """
    rules = team.assignment
    named: list[tuple[Path, AgentId]] = [(("person",), rules.person)] if rules.person else []
    for segment, people in rules.segments.items():
        named += [(("segments", segment, place), person) for place, person in enumerate(people)]
    for path, person in named:
        if person not in team.people and not names_among(team.people):
            yield path, f"{person} does not work for {team.name}; those who do: {', '.join(team.people)}"
    for person in rules.skills:
        if person not in team.members and not names_among(team.members):
            why = f"{person} is not among the members of {team.name}: {', '.join(team.members)}"
            yield ("skills", person), why


def _strangers_chosen(effect: Effect, rulebook: Rulebook) -> Iterator[tuple[int, str]]:
    """Each person whom a rule chooses and who does not work for its team, by their place in the list."""
    team = rulebook.teams[effect.team]
    for place, person in enumerate(effect.assign):
        if person not in team.people and is_person(person) and not names_among(team.people):
            yield place, f"{person} does not work for {team.name}; those who do: {', '.join(team.people)}"


def _why_nobody_can(effect: Effect, rulebook: Rulebook) -> str | None:
    rules = rulebook.teams[effect.team].assignment
    if Strategy.BY_SKILL not in rules.strategies:
        return f"team '{effect.team}' does not assign '{Strategy.BY_SKILL}', so nobody would read it"
    if any(effect.needs <= skills for skills in rules.skills.values()):
        return None
    known = sorted({skill for skills in rules.skills.values() for skill in skills})
    unknown = sorted(effect.needs - set(known))
    if unknown:
        return f"nobody of team '{effect.team}' has the skill '{unknown[0]}'; {near(unknown[0], known)}"
    return f"nobody of team '{effect.team}' has all of {', '.join(sorted(effect.needs))}"
