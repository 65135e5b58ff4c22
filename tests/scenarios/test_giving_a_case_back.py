"""A case is given back to its team in three ways, and somebody has to acknowledge it again."""

from datetime import timedelta

import pytest

from tests.builders import ANA, BEN, SAM
from tests.story import Story

GIVEN_BACK = f"🙌 <@{ANA}> gave the case back to Deliveries. To acknowledge again by"


@pytest.fixture
def story(story: Story) -> Story:
    """Ana claimed a case after three minutes."""
    story.receives("My parcel never came")
    story.waits(timedelta(minutes=3))
    story.types(ANA, "/recovery claim 1")
    return story


def test_a_case_is_given_back_by_command(story: Story) -> None:
    answer = story.types(ANA, "/recovery release 1")

    assert answer == "Case #1 is back with the team."
    assert "nobody yet" in story.card_words
    assert GIVEN_BACK in story.thread[-1]


def test_a_case_is_given_back_by_mention(story: Story) -> None:
    story.says(ANA, "@recovery release")

    assert "nobody yet" in story.card_words


def test_a_case_is_given_back_from_the_menu(story: Story) -> None:
    story.clicks(ANA, "case_more", "release 1")

    assert "nobody yet" in story.card_words


def test_a_supervisor_gives_a_case_back_for_who_has_it(story: Story) -> None:
    story.types(SAM, "/recovery release 1")

    assert f"🙌 <@{SAM}> gave the case, which <@{ANA}> had, back to Deliveries." in story.thread[-1]


def test_a_case_that_was_given_back_has_to_be_acknowledged_again_in_time(story: Story) -> None:
    story.waits(timedelta(minutes=1))
    story.types(ANA, "/recovery release 1")

    story.waits(timedelta(minutes=11))

    assert "it was to be acknowledged by" in story.thread[-1]
    assert "(1 of 2)" in story.types(SAM, "/recovery-stats this week")


def test_whoever_claims_it_then_acknowledges_it(story: Story) -> None:
    story.types(ANA, "/recovery release 1")

    story.types(BEN, "/recovery claim 1")
    story.waits(timedelta(minutes=11))

    assert f"<@{BEN}>" in story.card_words
    assert story.thread[-1] == f"🙋 <@{BEN}> claimed the case."
    assert "*To acknowledge*\n✔️ kept in under 1 min" in story.card_words


def test_a_case_that_nobody_has_waits_for_nobody(story: Story) -> None:
    story.types(ANA, "/recovery pause 1 customer They look for the receipt")

    story.types(ANA, "/recovery release 1")

    assert "paused" not in story.card_words


def test_who_may_not_give_it_back_is_told_who_can(story: Story) -> None:
    answer = story.types(BEN, "/recovery release 1")

    assert f"Only <@{ANA}>, who has it, or a supervisor" in answer
    assert "can give this case back" in answer


def test_what_nobody_has_cannot_be_given_back(story: Story) -> None:
    story.types(ANA, "/recovery release 1")

    answer = story.types(ANA, "/recovery release 1")

    assert answer == "✋ Nobody has case #1. `/recovery claim 1` takes it."


def test_a_resolved_case_is_not_given_back(story: Story) -> None:
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new one")

    assert "already resolved" in story.types(ANA, "/recovery release 1")
