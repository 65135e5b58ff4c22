"""A reaction on the card claims the case or offers to resolve it; only who reacted is told of a refusal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.listeners import reactions
from bot.workspace.people import BOT_USER
from models.policies.rulebook import Sign
from tests.builders import ANA, BEN, a_rulebook
from tests.story import CHANNEL, Story, words_of


def react(story: Story, who: str, name: str, ts: str | None = None) -> None:
    """Somebody puts an emoji on the latest card, or on another message."""
    story.workspace.react(who, CHANNEL, ts or story.card["ts"], name)
    story.workspace.until(story.is_quiet)
    story.settle()


def test_eyes_claim_the_case(story: Story) -> None:
    story.receives("My parcel never came")

    react(story, ANA, "eyes")

    assert story.thread == [f"🙋 <@{ANA}> claimed the case."]
    assert story.heard_by(ANA) == []


def test_eyes_on_a_case_of_another_are_told_whose_it_is(story: Story) -> None:
    story.receives("My parcel never came")
    react(story, ANA, "eyes")

    react(story, BEN, "eyes")

    assert f"already with <@{ANA}>" in story.heard_by(BEN)[-1]
    assert story.heard_by(ANA) == []
    assert len(story.thread) == 1


def test_a_check_mark_offers_to_resolve_and_the_button_asks_how_it_ended(story: Story) -> None:
    story.receives("My parcel never came")
    react(story, ANA, "white_check_mark")
    offer = story.workspace.ephemerals(ANA)[-1]

    story.workspace.click(ANA, CHANNEL, offer["ts"], "case_resolve")
    errors = story.submits(ANA, outcome="recovered", theme="delivery", what_was_done="Sent a new lamp")

    assert "Is case #1 done?" in words_of(offer)
    assert errors == {}
    assert "✅ resolved" in story.card_words


def test_a_check_mark_on_a_resolved_case_is_told_so(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")

    react(story, BEN, "heavy_check_mark")

    assert "already resolved" in story.heard_by(BEN)[-1]


@pytest.mark.parametrize("name", ["eyes", "white_check_mark"])
def test_who_has_no_right_to_is_told_why_and_nobody_else(story: Story, name: str) -> None:
    story.receives("My parcel never came")
    story.rules.rulebook = a_rulebook(
        teams={"deliveries": replace(a_rulebook().teams["deliveries"], members=(ANA,))}
    )

    react(story, BEN, name)

    assert "Only people of Deliveries can" in story.heard_by(BEN)[-1]
    assert story.heard_by(ANA) == story.thread == []
    assert "nobody yet" in story.card_words


def test_rules_yaml_says_which_emoji_means_what(story: Story) -> None:
    story.receives("My parcel never came")
    story.rules.rulebook = a_rulebook(reactions={"hand": Sign.CLAIM})

    react(story, ANA, "eyes")
    react(story, ANA, "hand::skin-tone-3")

    assert story.thread == [f"🙋 <@{ANA}> claimed the case."]


def test_a_reaction_on_anything_but_a_card_does_nothing(story: Story) -> None:
    story.receives("My parcel never came")
    ts = story.workspace.say(ANA, CHANNEL, "Good morning")

    react(story, ANA, "eyes", ts)

    assert "nobody yet" in story.card_words
    assert story.heard_by(ANA) == []


def test_the_same_reaction_delivered_twice_claims_once(story: Story) -> None:
    story.receives("My parcel never came")
    body = reacted(story, ANA)

    reactions.on_reaction(story.desk, body, BOT_USER)
    story.types(ANA, "/recovery reassign 1 @ben")
    reactions.on_reaction(story.desk, body, BOT_USER)
    story.settle()

    assert story.heard_by(ANA)[1:] == []
    assert f"<@{BEN}>" in story.card_words


def test_the_bots_own_reactions_do_nothing(story: Story) -> None:
    story.receives("My parcel never came")

    reactions.on_reaction(story.desk, reacted(story, BOT_USER), BOT_USER)

    assert "nobody yet" in story.card_words


def test_slacks_own_reaction_is_read_and_stands_for_nothing_here(story: Story, shared_material: Path) -> None:
    name = "reaction_added__events_ignore_self__event_body.json"
    body = json.loads((shared_material / "payloads/5-slack/events" / name).read_text())
    story.rules.rulebook = a_rulebook(reactions={"heart_eyes": Sign.CLAIM})

    reactions.on_reaction(story.desk, body, BOT_USER)

    assert story.cards == []


def reacted(story: Story, who: str) -> dict[str, object]:
    """Slack's event of eyes on the latest card."""
    item = {
        "type": "message",
        "channel": story.workspace.channel(CHANNEL)["id"],
        "ts": story.card["ts"],
    }
    event = {"type": "reaction_added", "user": who, "reaction": "eyes", "item": item}
    event["event_ts"] = "1772442060.000100"
    return {"event": event, "event_id": f"Ev-{who}"}
