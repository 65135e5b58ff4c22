"""A case is kept at hand by one person, and only they know."""

from handlers import closing
from handlers.bookmarks import MOST_BOOKMARKS
from models.bookmark import Bookmark
from models.case import CaseEvent
from models.vocabulary import OutcomeKind
from tests.builders import ANA, BEN, SAM, a_case, a_rulebook, a_team, an_act
from tests.clock import MONDAY_MORNING
from tests.scenarios.test_mine import listed
from tests.story import CHANNEL, Story, words_of


def test_a_case_is_bookmarked_in_three_ways_and_nobody_else_is_told(story: Story) -> None:
    story.receives("My parcel never came")

    by_command = story.types(ANA, "/recovery bookmark 1")
    story.receives("It came broken")
    story.clicks(ANA, "case_more", "bookmark 2")
    story.receives("It came <!channel> twice")
    story.says(ANA, "@recovery bookmark")

    assert by_command.startswith("🔖 Case #1 is among your bookmarks")
    assert "🔖 Case #2 is among your bookmarks" in story.heard_by(ANA)[-2]
    assert "🔖 Case #3 is among your bookmarks" in story.heard_by(ANA)[-1]
    assert listed(story.types(ANA, "/recovery bookmarks")) == [3, 2, 1]
    assert "&lt;!channel&gt; twice" in story.heard_by(ANA)[-1]
    assert story.types(BEN, "/recovery bookmarks").startswith("You have no bookmarks.")
    assert story.thread == [" bookmark"]
    with story.desk.transaction() as session:
        assert session.query(CaseEvent).filter_by(actor=ANA).all() == []


def test_it_stays_when_the_case_is_over_and_goes_when_it_is_taken_out(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery bookmark 1")
    story.types(ANA, "/recovery bookmark 1")
    with story.desk.transaction() as session:
        done = {"outcome": OutcomeKind.RECOVERED, "theme": "delivery", "what_was_done": "Sent it"}
        closing.resolve_case(session, 1, an_act(), **done)

    kept = story.types(ANA, "/recovery bookmarks")
    gone = story.types(ANA, "/recovery unbookmark 1")

    assert "*Your 1 bookmark*" in kept
    assert "✅ resolved" in kept
    assert gone == "Case #1 is among your bookmarks no more."
    assert "✋ Case #1 is not among your bookmarks." in story.types(ANA, "/recovery unbookmark 1")
    assert "✋ Case #1 is not among your bookmarks." in story.types(BEN, "/recovery unbookmark 1")


def test_what_one_may_look_at_no_more_is_not_shown(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(SAM, "/recovery bookmark 1")
    private = a_team(members=(BEN,), supervisors=(), is_private=True)
    story.rules.rulebook = a_rulebook(teams={"deliveries": private})

    assert story.types(SAM, "/recovery bookmarks").startswith("You have no bookmarks.")
    assert "Only people of Deliveries can look at its cases" in story.types(SAM, "/recovery bookmark 1")
    assert "no more" in story.types(SAM, "/recovery unbookmark 1")


def test_many_are_paged_and_there_are_not_too_many(story: Story) -> None:
    with story.desk.transaction() as session:
        numbers = [a_case(session, text=f"Parcel {n} never came").id for n in range(MOST_BOOKMARKS + 1)]
        session.add_all(Bookmark(agent_id=ANA, case_id=n, at=MONDAY_MORNING) for n in numbers[:-1])
    story.settle()
    first = story.types(ANA, "/recovery bookmarks")
    page = story.workspace.ephemerals(ANA)[-1]

    story.workspace.click(ANA, CHANNEL, page["ts"], "case_bookmarks")

    second = words_of(story.workspace.until(lambda: story.workspace.ephemerals(ANA)[1:])[-1])
    assert (listed(first), listed(second)) == (numbers[-2:-12:-1], numbers[-12:-22:-1])
    assert "page 2 of 10" in second
    assert "have pages 1 to 10" in story.types(ANA, "/recovery bookmarks 11")
    assert "“all” is no page" in story.types(ANA, "/recovery bookmarks all")
    assert f"You have {MOST_BOOKMARKS} bookmarks" in story.types(ANA, f"/recovery bookmark {numbers[-1]}")
    assert "is among your bookmarks" in story.types(ANA, f"/recovery bookmark {numbers[0]}")
