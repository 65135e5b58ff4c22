"""rules.yaml is edited while the bot runs: a good file is taken over, a bad one is told of and left aside."""

from datetime import timedelta

from bot.rulebook import FileProblem
from bot.schedule import tell_of_bad_rules
from models.policies.opening_hours import OpeningHours
from models.policies.promises import Fit
from models.policies.rules import Effect
from models.vocabulary import CaseKind, ClockKind, Priority
from tests.builders import ANA, a_promise, a_rule, a_rulebook, a_team
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


def test_an_open_case_keeps_its_promise_whatever_the_rules_say_by_now(story: Story) -> None:
    story.receives("My parcel never came")
    everything = a_promise(
        name="everything",
        lengths={ClockKind.RESOLVE: timedelta(minutes=2)},
        ping_at=(0.5,),
        fits=Fit(team=frozenset({"deliveries"})),
    )
    closed = a_team(hours=OpeningHours("Su 09:00-10:00", "Europe/Berlin"))
    unnamed = a_rule(effect=Effect(CaseKind.COMPLAINT, "deliveries", Priority.HIGH))
    story.rules.rulebook = a_rulebook(
        teams={"deliveries": closed}, promises={"everything": everything}, rules=(unnamed,)
    )

    story.waits(timedelta(minutes=4))
    said = story.thread
    story.receives("Nor did mine")
    old, new = (story.types(ANA, f"/recovery show {number}") for number in (1, 2))

    assert said == []
    assert "⏱️ acknowledge <!date^1772442600^{time}|02 Mar 09:10 UTC>: due in 6 min" in old
    assert "⏱️ resolve <!date^1772445600^{time}|02 Mar 10:00 UTC>: due in 56 min" in old
    assert "acknowledge <" not in new
    assert "⏱️ resolve <!date^1772442360^{time}|02 Mar 09:06 UTC>: due in 2 min" in new
