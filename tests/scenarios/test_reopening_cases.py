"""A case that was resolved too soon is worked on again, in three ways."""

from datetime import timedelta

from tests.builders import ANA, BEN
from tests.story import Story


def _is_resolved(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")
    story.clock.forward(timedelta(hours=3))


def test_a_case_is_reopened_by_command(story: Story) -> None:
    _is_resolved(story)

    answer = story.types(BEN, "/recovery reopen 1 The new lamp broke too")

    assert answer == "Case #1 is open again."
    assert "in progress" in story.card_words
    assert "Sent a new lamp" not in story.card_words
    assert f"🔄 <@{BEN}> reopened the case: The new lamp broke too" in story.thread[-1]
    assert f"<@{ANA}> has it again. To resolve by" in story.thread[-1]


def test_a_case_is_reopened_in_its_thread(story: Story) -> None:
    _is_resolved(story)

    story.says(ANA, "@recovery reopen 2 lamps broke")

    assert f"🔄 <@{ANA}> reopened the case: 2 lamps broke" in story.thread[-1]


def test_a_case_is_reopened_from_its_card(story: Story) -> None:
    _is_resolved(story)

    story.clicks(BEN, "case_reopen")
    story.submits(BEN, why="The new lamp broke too")

    assert f"🔄 <@{BEN}> reopened the case: The new lamp broke too" in story.thread[-1]


def test_the_second_of_two_who_reopen_hears_that_it_is_open(story: Story) -> None:
    _is_resolved(story)
    story.clicks(BEN, "case_reopen")
    story.types(ANA, "/recovery reopen 1 They called")

    story.submits(BEN, why="The new lamp broke too")

    assert "is not resolved, so there is nothing to reopen" in story.form_words(BEN)
    assert f"🔄 <@{ANA}> reopened the case: They called" in story.form_words(BEN)


def test_a_reopened_case_is_resolved_again(story: Story) -> None:
    _is_resolved(story)
    story.types(BEN, "/recovery reopen 1 The new lamp broke too")

    story.types(ANA, "/recovery resolve 1 recovered delivery Sent two lamps")

    assert "Sent two lamps" in story.card_words
    assert "breached" not in story.card_words
