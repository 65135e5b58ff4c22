"""rules.yaml is edited while the bot runs: a good file is taken over, a bad one is told of and left aside."""

from bot.rulebook import FileProblem
from bot.schedule import tell_of_bad_rules
from tests.clock import MONDAY_MORNING
from tests.story import Story, words_of


def _told(story: Story) -> list[str]:
    tell_of_bad_rules(story.desk)
    story.settle()
    return [words_of(message) for message in story.workspace.messages("#recovery-admins")]


def test_the_admins_are_told_of_a_bad_file_once(story: Story) -> None:
    story.rules.problem = FileProblem("rules.yaml:8: unknown promise 'gold'", MONDAY_MORNING)
    _told(story)

    told = _told(story)

    assert len(told) == 1
    assert "rules.yaml:8: unknown promise 'gold'" in told[0]


def test_the_admins_are_told_when_it_is_mended(story: Story) -> None:
    story.rules.problem = FileProblem("rules.yaml:8: unknown promise 'gold'", MONDAY_MORNING)
    _told(story)
    story.rules.problem = None

    told = _told(story)

    assert "is good again" in told[-1]


def test_nothing_is_told_while_all_is_well(story: Story) -> None:
    assert _told(story) == []
