"""What somebody has to do: their open cases, the nearest deadline first, page by page; and the history."""

import re
from datetime import timedelta

import pytest

from handlers import assignment, closing, helpers
from models.sla import SlaClock
from models.vocabulary import AgentId, OutcomeKind
from tests.builders import ANA, BEN, a_case, an_act
from tests.clock import MONDAY_MORNING
from tests.story import CHANNEL, Story, words_of


def have(story: Story, how_many: int, who: AgentId = ANA) -> list[int]:
    """So many cases of a person, of which each later one is due sooner."""
    with story.desk.transaction() as session:
        numbers = []
        for place in range(how_many):
            case = a_case(session, text=f"Parcel {place} never came")
            assignment.claim(session, case.id, an_act(who))
            due_at = MONDAY_MORNING + timedelta(hours=how_many - place)
            clocks = session.query(SlaClock).filter_by(case_id=case.id, stopped_at=None)
            clocks.update({"due_at": due_at})
            numbers.append(case.id)
    story.settle()
    return numbers


def listed(words: str) -> list[int]:
    """The numbers of the cases in a list, in its order."""
    return [int(number) for number in re.findall(r"^\*#(\d+)\*", words, re.MULTILINE)]


def test_my_cases_are_those_i_have_and_help_on_the_nearest_deadline_first(story: Story) -> None:
    first, second, third = have(story, 3)
    (of_ben, helped_on) = have(story, 2, BEN)
    with story.desk.transaction() as session:
        helpers.add(session, helped_on, an_act(BEN), who=ANA)
        session.query(SlaClock).filter_by(case_id=third).update({"due_at": None})
        done = {"outcome": OutcomeKind.RECOVERED, "theme": "delivery", "what_was_done": "Sent it"}
        closing.resolve_case(session, first, an_act(), **done)

    answer = story.types(ANA, "/recovery mine")

    assert listed(answer) == [helped_on, second, third]
    assert "*Your 3 open cases*, the nearest deadline first\n" in answer
    assert f"#{of_ben}" not in answer


def test_many_are_paged_and_a_button_leads_on(story: Story) -> None:
    numbers = have(story, 23)[::-1]
    first = story.types(ANA, "/recovery mine")
    page = story.workspace.ephemerals(ANA)[-1]

    story.workspace.click(ANA, CHANNEL, page["ts"], "case_mine")

    second = words_of(story.workspace.until(lambda: story.workspace.ephemerals(ANA)[1:])[-1])
    assert "page 1 of 3" in first
    assert "page 2 of 3" in second
    last = story.types(ANA, "/recovery mine 3")
    assert listed(first) + listed(second) + listed(last) == numbers
    assert "More" not in last


@pytest.mark.parametrize("words", ["0", "two", "-1", "1 2"])
def test_what_is_no_page_is_told_what_would_be_right(story: Story, words: str) -> None:
    assert f"“{words}” is no page. Say `mine`" in story.types(ANA, f"/recovery mine {words}")


def test_a_page_that_is_not_there_is_told_how_many_there_are(story: Story) -> None:
    have(story, 2)

    assert "have pages 1 to 1" in story.types(ANA, "/recovery mine 2")


def test_who_has_nothing_is_told_so_in_a_thread_too(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(BEN, "@recovery mine")

    assert story.heard_by(BEN) == ["You have no open cases. 🎉"]


def test_the_menu_and_everything_lead_to_the_history(story: Story) -> None:
    story.receives("My parcel never came")

    story.clicks(ANA, "case_more", "show 1 history")
    story.clicks(ANA, "case_more", "show 1")

    by_menu, everything = story.workspace.until(
        lambda: story.workspace.ephemerals(ANA)[1:] and story.workspace.ephemerals(ANA)
    )
    assert "*Case #1*, history, page 1 of 1" in words_of(by_menu)
    story.workspace.click(ANA, CHANNEL, everything["ts"], "case_show")
    by_button = story.workspace.until(lambda: story.workspace.ephemerals(ANA)[2:])[-1]
    assert "*Case #1*, history, page 1 of 1" in words_of(by_button)
