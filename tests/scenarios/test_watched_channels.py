"""What is posted in a watched channel becomes feedback by rule, once, and is told what became of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.slack.listeners.posts import on_post
from bot.sources.watching import EVERY, read_channels
from models.feedback import Feedback
from models.message import Message
from models.policies.rulebook import PostedBy, Rulebook, Source
from models.policies.rules import Answer, Facts, Verdict
from tests.builders import ANA, a_rule, a_rulebook
from tests.story import Story, words_of

FEEDBACK, ADMINS = "#feedback", "#recovery-admins"
NOW_DUE = text("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
A_TOOL = {"type": "message", "subtype": "bot_message", "bot_id": "B0TOOLS", "username": "Reviews"}
POST = "The lamp hums <!channel>"
BY_HAND = {"team": "deliveries", "kind": "complaint", "priority": "high"}
"""What the form of a new case asks besides the words."""


def of_reviews(facts: Facts) -> Verdict:
    """Whether it came from the channel, posted by the reviews' tool."""
    is_ours = facts["feedback.source"] == "watched" and facts["attributes"] == {"posted_by": "Reviews"}
    return Verdict(Answer.MATCHED if is_ours else Answer.NOT_MATCHED)


RULES = a_rulebook(
    sources={"watched": Source("watched", FEEDBACK, FEEDBACK), "email": Source("email", "E-mail")},
    rules=(a_rule(condition=of_reviews),),
)


@pytest.fixture
def story(story: Story) -> Story:
    """A bot that watches what tools post in #feedback."""
    story.rules.rulebook = RULES
    story.ear.feelings |= {
        POST: -0.8,
        "Thanks": 0.9,
        "Thanks <!channel>": 0.9,
        "It cracked": -0.8,
        "Lost": -0.8,
    }
    return story


def posts(story: Story, name: str = "Reviews", **content: Any) -> str:
    """A tool posts, and the bot works on it."""
    ts = story.workspace.post_as_tool(name, story.slack.channel_id(FEEDBACK), **content)
    story.workspace.until(story.is_quiet)
    story.settle()
    return ts


def in_a_section(words: str) -> dict[str, Any]:
    """A block of a tool's post."""
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": words.replace("<", "&lt;").replace(">", "&gt;")},
    }


def below(story: Story, ts: str) -> list[str]:
    """What stands in the thread of a message."""
    return [words_of(reply) for reply in story.workspace.thread(FEEDBACK, ts)[1:]]


def stored(story: Story) -> list[str]:
    """What feedback there is."""
    with story.desk.transaction() as session:
        return list(session.scalars(select(Feedback.text).order_by(Feedback.id)))


def test_a_post_opens_a_case_by_rule_and_its_thread_says_which(story: Story) -> None:
    ts = posts(
        story,
        text="New review",
        blocks=[in_a_section(POST)],
    )
    thanks = posts(story, name="Praise", text="Thanks")
    story.workspace.say(ANA, FEEDBACK, "I know them", thread_ts=ts)
    story.workspace.say(ANA, FEEDBACK, "Who has seen this?")
    story.workspace.until(story.is_quiet)
    story.settle()

    (told,) = [words for words in below(story, ts) if "case" in words]
    assert told.startswith("📮 This is case <")
    assert told.endswith("|#1> now.")
    assert below(story, thanks) == []
    assert stored(story) == [POST, "Thanks"]
    assert "#feedback" in story.card_words


def test_a_post_is_taken_in_once_and_what_becomes_of_it_later_changes_nothing(story: Story) -> None:
    ts = posts(story, text="It cracked")
    us, channel = story.slack.who_am_i(), story.slack.channel_id(FEEDBACK)
    on_post(story.desk, {"event": {**A_TOOL, "text": "It cracked", "ts": ts, "channel": channel}}, us)
    story.rules.rulebook = of_everybody()
    own = story.workspace.say(ANA, FEEDBACK, "Lost")
    story.workspace.edit(ANA, FEEDBACK, own, "Found")
    story.workspace.until(story.is_quiet)
    story.settle()

    assert stored(story) == ["It cracked", "Lost"]
    assert len(below(story, ts)) == 1


def test_a_post_that_is_deleted_before_it_is_answered_leaves_the_case_as_it_is(story: Story) -> None:
    story.rules.rulebook = of_everybody(rules=(a_rule(),))
    ts = story.workspace.say(ANA, FEEDBACK, "Lost")
    story.workspace.until(lambda: stored(story))
    story.workspace.delete(ANA, FEEDBACK, ts)
    story.settle()
    with story.desk.transaction() as session:
        session.execute(NOW_DUE)

    story.settle()

    assert len(story.cards) == 1
    with story.desk.transaction() as session:
        assert session.scalars(select(Message).where(Message.ts.is_(None))).all() == []


def test_the_shortcut_makes_no_second_case_of_a_post_and_one_of_what_opened_none(story: Story) -> None:
    lost = posts(story, text="Lost")
    thanks = posts(story, name="Praise", text="Thanks", blocks=[in_a_section("Thanks <!channel>")])
    story.workspace.shortcut(ANA, "new_case_from_message", FEEDBACK, lost)
    already = story.submits(ANA, text="Lost", **BY_HAND)
    story.workspace.close_view(ANA, story.workspace.views(ANA)[-1]["id"])

    story.workspace.shortcut(ANA, "new_case_from_message", FEEDBACK, thanks)
    opened = story.submits(ANA, **BY_HAND)
    words = story.form_words(ANA)
    story.workspace.shortcut(ANA, "new_case_from_message", FEEDBACK, thanks)
    twice = story.submits(ANA, **BY_HAND)

    assert (already, opened, twice) == (
        {"text": "This is case #1 already."},
        {},
        {"text": "This is case #2 already."},
    )
    assert words == "Case #2 is open in #recovery-deliveries."
    assert stored(story) == ["Lost", "Thanks <!channel>"]
    assert "|#2> now." in below(story, thanks)[0]
    assert f"<@{ANA}> read it where it was posted" in story.card_words


def test_a_post_that_the_shortcut_made_a_case_of_is_not_taken_in_again(story: Story) -> None:
    read_channels(story.desk)
    story.rules.rulebook = replace(RULES, sources={"email": RULES.sources["email"]})
    ts = posts(story, text="It cracked")
    story.rules.rulebook = RULES
    story.workspace.shortcut(ANA, "new_case_from_message", FEEDBACK, ts)
    errors = story.submits(ANA, **BY_HAND)
    story.clock.forward(EVERY)

    took_in = read_channels(story.desk)

    assert (errors, took_in) == ({}, 0)
    assert stored(story) == ["It cracked"]
    assert len(below(story, ts)) == 1


def test_what_was_posted_while_nobody_listened_is_read_later(story: Story) -> None:
    read_channels(story.desk)
    story.rules.rulebook = replace(RULES, sources={"email": RULES.sources["email"]})
    posts(story, text="It cracked")
    unheard = stored(story)
    story.rules.rulebook = RULES
    story.clock.forward(EVERY)

    took_in = read_channels(story.desk)
    story.clock.forward(EVERY)
    again = read_channels(story.desk)

    assert (unheard, took_in, again) == ([], 1, 0)
    assert stored(story) == ["It cracked"]


def test_the_admins_are_told_once_of_a_channel_that_is_not_there_and_when_it_is(story: Story) -> None:
    watched = replace(RULES.sources["watched"], slack_channel="#voices")
    story.rules.rulebook = replace(RULES, sources={"watched": watched})
    for _ in range(3):
        read_channels(story.desk)
        story.clock.forward(EVERY)
    story.settle()
    told = [words_of(message) for message in story.workspace.messages(ADMINS)]
    story.workspace.create_channel(ANA, "voices")

    read_channels(story.desk)
    story.settle()

    assert [words.split(":")[0] for words in told] == [
        "⚠️ #voices is watched for feedback, and Slack does not let me read it"
    ]
    assert words_of(story.workspace.messages(ADMINS)[-1]) == "✅ #voices is read again."


def of_everybody(**changes: Any) -> Rulebook:
    """The same rules, where people's messages are feedback too."""
    watched = replace(RULES.sources["watched"], posted_by=PostedBy.EVERYBODY)
    return replace(RULES, sources={"watched": watched}, **changes)
