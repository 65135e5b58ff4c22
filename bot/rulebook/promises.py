"""Where the rules and promises of a file miss each other: a case without one, or one without a case."""

from collections.abc import Iterator
from itertools import product

from bot.rulebook.problems import Problem
from bot.rulebook.tree import Tree
from models.policies.promises import Fit, Traits, choose_promise
from models.policies.rulebook import Rulebook
from models.vocabulary import CaseKind, Priority


def problems_of_promises(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Rules that open a case which no promise fits, and promises under which no case can ever be."""
    for number, rule in enumerate(rulebook.rules):
        effect = rule.effect
        if effect is None or effect.promise is not None:
            continue
        case = Traits(effect.kind, effect.priority, effect.team, segment=None)
        if choose_promise(rulebook.promises, case) is None:
            what = f"no promise is for {effect.kind}, {effect.priority}, {effect.team} and every segment"
            known = ", ".join(rulebook.promises)
            words = f"rule '{rule.name}': {what}; name one with 'promise:', known: {known}"
            yield Problem(tree.line(("rules", number)), words)
    reached = _reached(rulebook)
    for name, promise in rulebook.promises.items():
        if name not in reached:
            yield Problem(tree.line(("promises", name)), f"promise '{name}': {_why_never(promise.fits)}")


def _why_never(fits: Fit | None) -> str:
    if fits is None:
        return "is never reached; say what it is 'for', or name it in a rule"
    return f"is never reached; the promises above it are for every case of {fits} already"


def _reached(rulebook: Rulebook) -> set[str]:
    """The promises that a rule names, the first, which a case opened by hand may get, and those that fit.

    Every case that there could be is asked for; what no `for` names makes no difference, so one stands for
    all of those.
    """
    asked = [promise.fits for promise in rulebook.promises.values() if promise.fits is not None]
    teams = {team for fits in asked for team in fits.team}
    segments = {segment for fits in asked for segment in fits.segment}
    others = next((team for team in rulebook.teams if team not in teams), None)
    everywhere = product(CaseKind, Priority, [*teams, *([others] if others else [])], [*segments, None])
    chosen = (choose_promise(rulebook.promises, Traits(*case)) for case in everywhere)
    named = (rule.effect.promise for rule in rulebook.rules if rule.effect is not None)
    return {
        next(iter(rulebook.promises)),
        *(choice.promise for choice in chosen if choice is not None),
        *(name for name in named if name is not None),
    }
