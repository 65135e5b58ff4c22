"""Bursts in rules.yaml: read as they are meant, and refused with the line of what is wrong."""

from datetime import timedelta

import pytest

from bot.rulebook import RulebookError
from bot.rulebook.loading import read_rulebook
from models.policies.bursts import USUAL_FIT, BurstRules
from models.policies.promises import Fit
from models.vocabulary import Priority
from tests.bot.rules_text import GOOD

THEMES = "themes:\n  app: {name: App, description: The app does not work}\n"
BURSTS = """\
bursts:
  customers: 12
  within: 10 minutes
  alike: 70 %
  for: {priority: high}
"""
LINE = GOOD.count("\n") + THEMES.count("\n") + 1


def with_bursts(before: str = "", after: str = "") -> bytes:
    """A good file with bursts, changed in one place of them."""
    return (GOOD + THEMES + BURSTS.replace(before, after, 1)).encode()


def test_bursts_are_read_as_they_are_written() -> None:
    high = Fit(priority=frozenset({Priority.HIGH}))

    assert read_rulebook(with_bursts()).bursts == BurstRules(12, timedelta(minutes=10), 0.7, high)


def test_a_file_need_not_say_more_than_that_there_shall_be_bursts() -> None:
    usual = (GOOD + THEMES + "bursts: {customers: 8}\n").encode()

    assert read_rulebook(usual).bursts == BurstRules(8, timedelta(minutes=15), 0.6, USUAL_FIT)
    assert read_rulebook(GOOD.encode()).bursts is None


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("customers: 12", "customers: 2", LINE + 1, "bursts: customers: must be from 3 to 100"),
        ("customers: 12", "people: 12", LINE + 1, "bursts: people: is not known here"),
        ("10 minutes", "10", LINE + 2, "bursts: within: 10 has no unit"),
        ("10 minutes", "2 days", LINE + 2, "bursts: within: is longer than 1 d"),
        ("70 %", "0.7", LINE + 3, "bursts: alike: 0.7 is not a share; write it like '50 %'"),
        ("{priority: high}", "{}", LINE + 4, "bursts: for: names nothing"),
        ("{priority: high}", "{team: billing}", LINE, "bursts: no rule opens a case that is team billing"),
    ],
)
def test_what_is_wrong_with_them_is_told_with_its_line(before: str, after: str, line: int, told: str) -> None:
    with pytest.raises(RulebookError) as refused:
        read_rulebook(with_bursts(before, after))

    assert f"rules.yaml:{line}: {told}" in str(refused.value)


def test_bursts_need_themes() -> None:
    with pytest.raises(RulebookError, match="there is none; write themes"):
        read_rulebook((GOOD + BURSTS).encode())
