"""Reminders: who has a case is told by direct message, in one for all that a look at the clocks found."""

from datetime import timedelta

from sqlalchemy import text

from handlers import assignment
from models.vocabulary import ClockKind
from tests.builders import ANA, BEN, a_case, a_promise, a_rulebook, an_act
from tests.story import Story, words_of

MINUTE = timedelta(minutes=1)
NOW_DUE = text("update procrastinate_jobs set scheduled_at = null where status = 'todo'")


def test_who_has_a_case_is_reminded_by_direct_message_and_in_the_thread(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery claim 1")

    story.waits(30 * MINUTE)

    (told,) = story.told(ANA)
    assert "|#1>* My parcel never came: ⏳ To resolve this case is due" in told
    assert "⏳ To resolve this case is due" in story.thread[-1]
    assert story.told(BEN) == []


def test_a_case_that_nobody_has_calls_its_team_in_the_thread(story: Story) -> None:
    story.receives("My parcel never came")

    story.waits(5 * MINUTE)

    assert f"<@{ANA}> <@{BEN}> nobody has it yet" in story.thread[-1]
    assert story.told(ANA) == story.told(BEN) == []


def test_what_is_overdue_after_a_week_is_one_message_oldest_first(story: Story) -> None:
    story.rules.rulebook = a_rulebook(
        promises={"normal": a_promise(lengths={ClockKind.RESOLVE: 60 * MINUTE})}
    )
    with story.desk.transaction() as session:
        for _ in range(30):
            assignment.claim(session, a_case(session, rulebook=story.rules.rulebook).id, an_act(ANA))
    story.settle()

    story.waits(timedelta(days=7))

    (told,) = story.told(ANA)
    assert told.startswith("*Your cases: 30 things to know*\n*<")
    assert told.index("|#1>") < told.index("|#2>") < told.index("|#15>")
    assert told.endswith("… and 15 more: `/recovery list mine` shows them.")


def test_a_reminder_whose_answer_was_lost_is_posted_once(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery claim 1")
    story.clock.forward(30 * MINUTE)
    story.workspace.drop_after("chat.postMessage", times=2)

    story.waits(timedelta())
    with story.desk.transaction() as session:
        session.execute(NOW_DUE)
    story.settle()

    assert len(story.told(ANA)) == 1


def test_who_cannot_be_told_is_told_nothing_and_the_admins_are_told_so(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery claim 1")
    story.workspace.fail("conversations.open", "user_disabled")

    story.waits(30 * MINUTE)

    (word,) = [words_of(message) for message in story.workspace.messages("#recovery-admins")]
    assert f"Slack refuses what we post to <@{ANA}>: `user_disabled`" in word
