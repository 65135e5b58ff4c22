"""Where the themes of a file could be taken for one another, or for how a case ended."""

from collections.abc import Iterator

from bot.rulebook.problems import Problem
from bot.rulebook.tree import Path, Tree
from models.policies.rulebook import Rulebook
from models.policies.themes import find_outcome_in, words_of


def problems_of_themes(rulebook: Rulebook, tree: Tree) -> Iterator[Problem]:
    """Each key and name that nobody could type, that begins as an outcome does, or that another theme has."""
    taken: dict[tuple[str, ...], str] = {}
    for key, theme in rulebook.themes.items():
        for called, path in ((key, ("themes", key)), (theme.name, ("themes", key, "name"))):
            why_not = _why_not(called, taken.get(words_of(called), key), key)
            if why_not is not None:
                yield Problem(tree.line(path), f"theme '{key}': {_field(path)}{why_not}")
            taken.setdefault(words_of(called), key)


def _why_not(called: str, whose: str, key: str) -> str | None:
    if not words_of(called):
        return f"'{called}' has no letter"
    if whose != key:
        return f"'{called}' is how theme '{whose}' is called already"
    outcome = find_outcome_in(called)
    if outcome is None:
        return None
    return f"'{called}' begins as the outcome '{outcome}' does, and could be taken for it; call it otherwise"


def _field(path: Path) -> str:
    return "name: " if len(path) > 2 else ""
