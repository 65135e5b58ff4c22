"""Where the ladders of a file lead nowhere: steps out of their order, or that tell nobody in any team."""

from collections.abc import Iterator

from bot.rulebook.problems import Problem
from bot.rulebook.tree import Tree
from models.policies.ladders import Group, Step
from models.policies.rulebook import Rulebook


def problems_of_ladders(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Each step that comes no later than the one before it, and each that names nobody."""
    for key, ladder in rulebook.ladders.items():
        for number, step in enumerate(ladder.steps):
            if number and step.after <= ladder.steps[number - 1].after:
                words = (
                    f"step {number + 1} comes no later than the one before it; put them in order of 'after'"
                )
                yield Problem(tree.line(("ladders", key, number, "after")), f"ladder '{key}': {words}")
            if _tells_nobody(step, rulebook):
                groups = ", ".join(step.tell)
                words = f"step {number + 1} tells nobody: no team has {groups}"
                yield Problem(tree.line(("ladders", key, number, "tell")), f"ladder '{key}': {words}")


def _tells_nobody(step: Step, rulebook: Rulebook) -> bool:
    if any(word not in list(Group) for word in step.tell):
        return False
    everybody = [rulebook.groups_of(team) for team in rulebook.teams]
    return not any(people[Group(word)] for people in everybody for word in step.tell)
