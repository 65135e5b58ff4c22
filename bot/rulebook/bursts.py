"""Where bursts could never come about."""

from collections.abc import Iterator
from dataclasses import replace

from bot.rulebook.problems import Problem
from bot.rulebook.tree import Tree
from models.policies.promises import Traits
from models.policies.rulebook import Rulebook
from models.policies.themes import SOMETHING_ELSE


def problems_of_bursts(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Bursts of a file that knows no theme, and those that are for cases which no rule opens."""
    if rulebook.bursts is None:
        return
    if set(rulebook.themes) <= {SOMETHING_ELSE.key}:
        words = "bursts: what is alike is told by its theme first, and there is none; write themes"
        yield Problem(tree.line(("bursts",)), words)
    fits = rulebook.bursts.fits
    anybodys = replace(fits, segment=frozenset())
    effects = [rule.effect for rule in rulebook.rules if rule.effect is not None]
    if not any(anybodys.covers(Traits(each.kind, each.priority, each.team, None)) for each in effects):
        words = f"bursts: no rule opens a case that is {fits}"
        yield Problem(tree.line(("bursts",)), words)
