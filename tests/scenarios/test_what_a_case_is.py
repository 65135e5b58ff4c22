"""Priority and kind are changed in three ways, and the promise follows from the original start."""

from datetime import timedelta

import pytest

from models.policies.promises import Fit
from models.vocabulary import CaseKind, ClockKind
from tests.builders import ANA, SAM, a_promise, a_rulebook
from tests.story import Story

URGENT = a_promise(
    name="urgent",
    lengths={
        ClockKind.ACKNOWLEDGE: timedelta(minutes=2),
        ClockKind.UPDATE: timedelta(minutes=8),
        ClockKind.RESOLVE: timedelta(minutes=20),
    },
)
QUERIES = a_promise(
    name="queries",
    lengths={ClockKind.RESOLVE: timedelta(minutes=30)},
    fits=Fit(kind=frozenset({CaseKind.QUERY})),
)


@pytest.fixture
def story(story: Story) -> Story:
    """With promises for what is urgent and for queries; a minute after a case opened as high."""
    story.rules.rulebook = a_rulebook(promises={"normal": a_promise(), "urgent": URGENT, "queries": QUERIES})
    story.receives("My parcel never came")
    story.waits(timedelta(minutes=1))
    return story


def test_the_priority_is_changed_by_command(story: Story) -> None:
    answer = story.types(ANA, "/recovery priority 1 urgent")

    assert answer == "The priority of case #1 is urgent now."
    assert "🔥 urgent priority" in story.card_words
    assert "*To update*" in story.card_words


def test_the_priority_is_changed_by_mention(story: Story) -> None:
    story.says(ANA, "@recovery priority urgent")

    assert "🔥 urgent priority" in story.card_words


def test_the_priority_is_changed_from_the_menu(story: Story) -> None:
    story.clicks(ANA, "case_more", "priority 1")

    errors = story.submits(ANA, to="urgent")

    assert errors == {}
    assert "🔥 urgent priority" in story.card_words


def test_the_thread_says_where_each_deadline_was_and_where_it_is(story: Story) -> None:
    story.types(ANA, "/recovery priority 1 urgent")

    line = story.thread[-1]
    assert f"⚖️ <@{ANA}> changed the priority from high to *urgent*. By the promise *urgent*" in line
    assert "to acknowledge by <!date^1772442120^{date_short_pretty} {time}|02 Mar 09:02 UTC> (was <" in line
    assert "|02 Mar 09:08 UTC> (new)" in line
    assert "to resolve by" in line


def test_the_kind_is_changed_in_three_ways(story: Story) -> None:
    story.types(ANA, "/recovery kind 1 compliment")
    by_command = story.card_words
    story.says(ANA, "@recovery kind complaint")
    by_mention = story.card_words
    story.clicks(SAM, "case_more", "kind 1")
    story.submits(SAM, to="query")

    assert "💚 compliment" in by_command
    assert "🔴 complaint" in by_mention
    assert "🔵 query" in story.card_words
    assert f"🏷️ <@{SAM}> made this complaint a *query*. By the promise *queries*" in story.thread[-1]
    assert "to acknowledge is not promised any more" in story.thread[-1]


def test_a_change_that_leaves_the_promise_says_so(story: Story) -> None:
    story.types(ANA, "/recovery kind 1 compliment")

    assert story.thread[-1] == f"🏷️ <@{ANA}> made this complaint a *compliment*. The promise stays."


def test_an_unknown_word_is_answered_with_those_that_there_are(story: Story) -> None:
    answer = story.types(ANA, "/recovery priority 1 asap")

    assert answer == "✋ “asap” is no priority. It is one of: low, normal, high, urgent."


def test_a_form_that_comes_too_late_is_told_who_was_first(story: Story) -> None:
    story.clicks(ANA, "case_more", "priority 1")
    story.types(SAM, "/recovery priority 1 urgent")

    story.submits(ANA, to="urgent")

    assert "is urgent already" in story.form_words(ANA)
    assert f"<@{SAM}> changed the priority" in story.form_words(ANA)


def test_a_deadline_that_has_passed_by_the_change_is_told_once(story: Story) -> None:
    story.types(ANA, "/recovery claim 1")
    story.waits(timedelta(minutes=24))

    story.types(ANA, "/recovery priority 1 urgent")
    story.waits(timedelta(seconds=1))
    story.waits(timedelta(seconds=1))

    told = "\n".join(story.thread).lower()
    assert told.count("it was to be updated by") == told.count("it was to be resolved by") == 1
