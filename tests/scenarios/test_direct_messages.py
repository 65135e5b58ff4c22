"""What is written to the bot alone is answered, once, and never to a bot."""

import pytest

from bot.slack.listeners.directs import on_direct
from bot.slack.listeners.threads import on_mention
from bot.workspace.people import BOT_USER
from tests.builders import ANA, BEN, LEA, a_rulebook, a_team
from tests.story import Story, words_of


def writes(story: Story, who: str, text: str) -> list[str]:
    """Somebody writes to the bot alone; what they are told by the bot from then on."""
    seen = len(answers(story, who))
    story.workspace.say(who, story.workspace.open_im(who), text)
    story.workspace.until(story.is_quiet)
    story.settle()
    story.workspace.until(story.is_quiet)  # the bot is told of its own answer too
    story.settle()
    return answers(story, who)[seen:]


def answers(story: Story, who: str) -> list[str]:
    """What the bot wrote to that person."""
    return [words_of(message) for message in story.workspace.dms(who) if message.get("bot_id")]


@pytest.mark.parametrize(
    "text", ["hello", "my parcel is late, what now?", "``` <!channel> \u202e" + "x" * 9000]
)
def test_whatever_is_no_order_is_answered_with_what_the_person_can_do(story: Story, text: str) -> None:
    (answer,) = writes(story, ANA, text)

    assert answer.splitlines()[0] == "*What you can do* as agent of Deliveries"
    assert "Here you can leave out `/recovery`: write `list mine`." in answer


def test_who_works_for_no_team_is_told_the_way_in(story: Story) -> None:
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(members=(BEN,))})

    (answer,) = writes(story, ANA, "hello")

    assert answer.splitlines()[0] == "*What you can do* (you work for no team yet)"
    assert f"<@{LEA}>" in answer


@pytest.mark.parametrize("text", ["list mine", "<@U0RECOVERY> list mine"])
def test_an_order_needs_no_slash_and_no_mention(story: Story, text: str) -> None:
    assert writes(story, ANA, text) == [f"No open cases with <@{ANA}>. 🎉"]


def test_a_case_is_worked_from_there_and_a_refusal_says_why(story: Story) -> None:
    story.receives("My parcel never came")

    claimed, refused = writes(story, ANA, "claim 1"), writes(story, ANA, "claim 99")

    assert claimed == ["Case #1 is yours."]
    assert refused == ["✋ There is no case #99. `/recovery list` shows the open ones."]
    assert f"<@{ANA}>" in story.card_words


def test_a_message_that_slack_brings_twice_is_answered_once(story: Story) -> None:
    body = a_message(ANA)

    on_direct(story.desk, body, BOT_USER)
    on_direct(story.desk, body, BOT_USER)
    story.settle()

    assert len(story.told(ANA)) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B0OTHER"},
        {"user": BOT_USER},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
    ],
)
def test_bots_and_changes_are_not_answered(story: Story, event: dict[str, str]) -> None:
    on_direct(story.desk, a_message(ANA, **event), BOT_USER)
    story.settle()

    assert story.workspace.calls("chat.postMessage") == []


def test_a_bot_that_mentions_ours_is_not_answered(story: Story) -> None:
    on_mention(story.desk, a_message("U0OTHERBOT", bot_id="B0OTHER", channel="C0DELIVERY"), BOT_USER)

    assert story.workspace.calls("chat.postEphemeral") == []


def a_message(who: str, **event: str | None) -> dict[str, object]:
    """An event of Slack that brings a message to the bot."""
    plain = {"type": "message", "user": who, "text": "hello", "channel": "D0ANA", "ts": "1772442000.000100"}
    return {"event_id": "Ev0HELLO", "event": {**plain, "channel_type": "im", **event}}
