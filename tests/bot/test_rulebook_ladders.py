"""Ladders in rules.yaml: read as they are meant, and refused with the line of what is wrong."""

from datetime import timedelta

import pytest

from bot.rulebook import RulebookError
from bot.rulebook.loading import read_rulebook
from models.policies.ladders import SUPERVISORS_AT_ONCE, Step
from tests.bot.rules_text import GOOD

PROMISE = "ping_at: [80 %, 50 %], hours: always}"
FIRST, SECOND = "{after: 0 minutes, tell: [supervisors]}", "{after: 30 minutes, tell: [leads]}"
LADDERS = f"""\
ladders:
  steep:
    - {FIRST}
    - {SECOND}
"""
LINE_OF_SECOND = GOOD.count("\n") + 4


def with_ladders(before: str = "", after: str = "", *, ladder: str = "steep") -> bytes:
    """A good file with a ladder, changed in one place of that."""
    promised = GOOD.replace(PROMISE, PROMISE.replace("}", f", ladder: {ladder}}}"))
    return (promised + LADDERS.replace(before, after, 1)).encode()


def test_a_ladder_is_read_as_it_is_written() -> None:
    second = '{after: 1 hour, tell: [leads, "#care", U0LEA, S0CARE], reassign: lead}'

    rulebook = read_rulebook(with_ladders(SECOND, second))

    assert rulebook.ladder_of("urgent").steps == (
        Step(timedelta(0), ("supervisors",)),
        Step(timedelta(hours=1), ("leads", "#care", "U0LEA", "S0CARE"), "lead"),
    )
    assert rulebook.ladder_of("normal") == rulebook.ladder_of("gone") == SUPERVISORS_AT_ONCE


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("tell: [leads]", "tell: []", "ladder 'steep': tell: needs at least one entry"),
        (
            "[leads]",
            "[lead]",
            "ladder 'steep': tell: 'lead' is nobody; did you mean leads?",
        ),
        ("30 minutes", "0 minutes", "ladder 'steep': step 2 comes no later than the one before it"),
        ("30 minutes", "30m", "ladder 'steep': after: '30m' is not a length of time"),
        (
            "[leads]",
            "[leads], reassign: leads",
            "ladder 'steep': reassign: 'leads' is nobody",
        ),
        ("after: 30", "afer: 30", "ladder 'steep': afer: is not known here; did you mean after?"),
    ],
)
def test_a_ladder_that_leads_nowhere_is_refused_with_its_line(before: str, after: str, told: str) -> None:
    with pytest.raises(RulebookError) as refused:
        read_rulebook(with_ladders(before, after))

    assert f"rules.yaml:{LINE_OF_SECOND}: {told}" in str(refused.value)


def test_a_ladder_that_names_people_whom_no_team_has_is_refused() -> None:
    nobody = with_ladders().replace(b"    leads: [U0LEA]\n", b"")

    with pytest.raises(RulebookError, match="step 2 tells nobody: no team has leads"):
        read_rulebook(nobody)


def test_a_ladder_without_a_step_is_refused() -> None:
    with pytest.raises(RulebookError, match="ladder 'steep': needs at least one entry"):
        read_rulebook(GOOD.encode() + b"ladders: {steep: []}\n")


def test_a_promise_that_names_an_unknown_ladder_is_refused() -> None:
    with pytest.raises(RulebookError, match="promise 'urgent': unknown ladder 'step'; did you mean steep"):
        read_rulebook(with_ladders(ladder="step"))
