"""rules.yaml: read, checked, kept in force, and tried."""

from bot.rulebook.explain import Row, explain
from bot.rulebook.keeper import FileProblem, RulebookKeeper
from bot.rulebook.loading import load_rulebook, read_rulebook
from bot.rulebook.problems import Problem, RulebookError

__all__ = [
    "FileProblem",
    "Problem",
    "Row",
    "RulebookError",
    "RulebookKeeper",
    "explain",
    "load_rulebook",
    "read_rulebook",
]
