"""Where bursts could never come about."""

from collections.abc import Iterator

from bot.rulebook.problems import Problem
from bot.rulebook.tree import Tree
from models.policies.promises import Fit
from models.policies.rulebook import Rulebook
from models.policies.rules import Effect
from models.policies.themes import SOMETHING_ELSE


def problems_of_bursts(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Bursts of a file that knows no theme, and those that are for cases which no rule opens."""
    if rulebook.bursts is None:
        return
    if set(rulebook.themes) <= {SOMETHING_ELSE.key}:
        words = "bursts: what is alike is told by its theme first, and there is none; write themes"
        yield Problem(tree.line(("bursts",)), words)
    fits = rulebook.bursts.fits
    if not any(rule.effect is not None and _may_fit(fits, rule.effect) for rule in rulebook.rules):
        words = f"bursts: no rule opens a case that is {fits}"
        yield Problem(tree.line(("bursts",)), words)


def _may_fit(fits: Fit, effect: Effect) -> bool:
    """Whether a case that the rule opens could be one of them, whoever the customer is."""
    return (
        (not fits.kind or effect.kind in fits.kind)
        and (not fits.priority or effect.priority in fits.priority)
        and (not fits.team or effect.team in fits.team)
    )
