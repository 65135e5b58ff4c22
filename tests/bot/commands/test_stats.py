"""The figures of /recovery-stats, readable on a terminal."""

from zoneinfo import ZoneInfo

import pytest

from bot.commands.stats import in_plain_words
from tests.bot.commands.conftest import CommandLine

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("slack", "plain"),
    [
        ("*Recovery, this week*", "Recovery, this week"),
        ("(<!date^1772438400^{date_short}|02 Mar 08:00 UTC>)", "(02 Mar 2026)"),
        ("<!date^1772438400^{date_short_pretty} {time}|02 Mar 08:00 UTC>", "02 Mar 2026 09:00"),
        ("with <@U0ANA>, <@U0BEN|ben>", "with U0ANA, ben"),
        ("<#C1|recovery-care> <https://example.com|there> <!here>", "recovery-care there here"),
        ("Home &amp; Garden &lt;5&gt;", "Home & Garden <5>"),
        ("2*3*4 and *5* stars", "2*3*4 and 5 stars"),
    ],
)
def test_slacks_own_signs_become_what_slack_would_show(slack: str, plain: str) -> None:
    assert in_plain_words(slack, BERLIN) == plain


def test_the_figures_of_today_count_what_came_today(on_database: CommandLine) -> None:
    on_database("import", on_database.file("a.csv", "id,comment", "1,This is terrible", "2,Wonderful!"))

    answer = on_database("stats", "today")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.startswith("Recovery, today, for everybody  (")
    assert "Feedback heard 2: 1 negative, 0 neutral, 1 positive" in answer.stdout
    assert not set("<>*") & set(answer.stdout)


@pytest.mark.parametrize("team", ["care", "Care", "customer care"])
def test_a_team_is_known_by_its_key_and_by_its_name(on_database: CommandLine, team: str) -> None:
    answer = on_database("stats", "last", "week", "--team", team)

    assert answer.stdout.startswith("Recovery, last week, for Customer care  (")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stats", "soon"], "I do not know the period “soon”. Known: today, yesterday, this week"),
        (["stats", "--team", "cars"], "--team cars: rules.yaml has no such team; did you mean care?"),
    ],
)
def test_an_unknown_period_or_team_is_answered_with_those_that_are_known(
    recovery: CommandLine, words: list[str], said: str
) -> None:
    answer = recovery(*words)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
