"""People help on a case beside who has it: shown on the card, listed as theirs, named in reminders."""

from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from handlers import helpers
from models.case import Helper
from tests.builders import ANA, BEN, SAM, an_act
from tests.scenarios.test_races import at_once
from tests.story import Story


def test_a_helper_added_by_command_is_on_the_card_and_sees_the_case_as_theirs(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")

    answer = story.types(ANA, "/recovery add 1 @ben")

    assert answer == f"<@{BEN}> helps on case #1 now."
    assert f"🤝 with <@{BEN}>" in story.card_words
    assert f"<@{BEN}> helps now, added by <@{ANA}>" in story.thread[-1]
    assert "1 open case" in story.types(BEN, "/recovery list mine")


def test_a_helper_is_added_and_removed_by_form(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_more", "add 1")
    story.submits(ANA, helper=BEN)
    story.clicks(SAM, "case_more", "remove 1")

    errors = story.submits(SAM, helper=BEN)

    assert errors == {}
    assert "🤝" not in story.card_words
    assert "No open cases" in story.types(BEN, "/recovery list mine")


def test_a_helper_is_added_and_removed_by_mention(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(BEN, "@recovery add me")
    story.says(BEN, "@recovery remove me")

    assert story.thread[-1] == f"👋 <@{BEN}> does not help any more."


def test_who_helps_already_and_who_has_it_are_told_so(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")
    story.types(ANA, "/recovery add 1 @ben")

    assert "helps on case #1 already" in story.types(ANA, "/recovery add 1 @ben")
    assert f"<@{ANA}> has case #1" in story.types(BEN, "/recovery add 1 @ana")
    assert f"Who does: <@{BEN}>" in story.types(ANA, "/recovery remove 1 @sam")
    assert "does not work for Deliveries" in story.types(ANA, "/recovery add 1 <@U0NOBODY>")


def test_a_helper_who_takes_the_case_is_its_owner_and_no_helper(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery add 1 @ben")

    story.clicks(BEN, "case_claim")

    assert "🤝" not in story.card_words


def test_a_reminder_names_who_helps(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery add 1 @ben")

    story.waits(timedelta(minutes=5))

    assert f"Who helps: <@{BEN}>." in story.thread[-1]


def test_a_helper_who_is_added_ten_times_at_once_helps_once(story: Story) -> None:
    story.receives("My parcel never came")

    at_once([partial(add, story)] * 10)

    with story.desk.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Helper)) == 1


def add(story: Story) -> None:
    """Ana lets Ben help."""
    with story.desk.transaction() as session:
        helpers.add(session, 1, an_act(ANA), who=BEN)
