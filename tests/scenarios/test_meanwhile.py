"""Two people at one case: what others did meanwhile is told first, and what comes late overwrites nothing."""

from typing import Any

from bot.slack.listeners import cards
from models.case import LatestClick
from models.vocabulary import Topic
from tests.builders import ANA, BEN, SAM
from tests.story import CHANNEL, Story

HOSTILE = "<!channel> ```x \u202e<https://evil.example|our bank>" + "y" * 2000


def test_a_form_is_shown_again_with_what_was_filled_in_and_who_changed_what(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_resolve")
    story.types(BEN, "/recovery compensate 1 20 EUR voucher late")
    story.types(BEN, "/recovery priority 1 urgent")

    filled_in = {"outcome": "no reply", "theme": "quality", "what_was_done": "Wrote three times"}
    errors = story.submits(ANA, **filled_in)

    assert errors == {}
    assert f"🎁 <@{BEN}> gave a voucher of *20.00 EUR* (G1): late" in story.form_words(ANA)
    assert "what you filled in is kept. If it still holds, hand it in again." in story.form_words(ANA)
    assert "priority" not in story.form_words(ANA)
    assert begun_with(story, ANA) == filled_in
    assert "✅" not in story.card_words

    story.submits(ANA)

    assert "✅ *no reply* (Quality)" in story.card_words
    assert story.workspace.views(ANA) == []


def test_a_form_that_was_changed_under_twice_tells_the_second_change_too(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_resolve")
    story.types(BEN, "/recovery note 1 The courier found it")
    story.submits(ANA, theme="quality", what_was_done="Sent it")

    story.types(BEN, f"/recovery note 1 {HOSTILE}")
    story.submits(ANA)

    words = story.form_words(ANA)
    assert "The courier found it" not in words
    assert f"📝 <@{BEN}>: &lt;!channel&gt; '''x &lt;https://evil.example|our bank" in words
    assert "yyy…" in words
    assert "✅" not in story.card_words


def test_what_one_did_oneself_and_what_does_not_matter_hold_up_no_form(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_resolve")
    story.types(ANA, "/recovery note 1 Wrote to her")
    story.types(BEN, "/recovery priority 1 urgent")

    story.submits(ANA, theme="quality", what_was_done="Sent it")

    assert "✅ *resolved* (Quality)" in story.card_words


def test_of_two_who_give_at_once_the_second_sees_what_the_first_gave(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_compensate")
    story.types(BEN, "/recovery compensate 1 20 EUR voucher late")

    story.submits(ANA, kind="voucher", amount="20", reason="a week late")

    assert f"🎁 <@{BEN}> gave a voucher of *20.00 EUR*" in story.form_words(ANA)
    assert "20.00 EUR" in story.card_words
    story.submits(ANA)
    assert "40.00 EUR" in story.card_words


def test_a_form_of_the_release_before_this_one_still_counts(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(BEN, "/recovery compensate 1 20 EUR voucher late")

    answer = cards.on_submission(story.desk, a_note_form("1"))

    assert answer == {}
    assert "1, in the thread" in settled_card(story)


def test_a_click_that_comes_after_a_later_one_is_not_done_over_it(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")
    story.clicks(ANA, "case_more", "release 1")
    story.clicks(ANA, "case_claim")

    cards.on_click(story.desk, *a_menu_click(story, "release 1", "1000000000.000001"))
    story.settle()

    assert f"<@{ANA}>" in story.card_words
    assert "Your `release` of case #1 came late" in story.heard_by(ANA)[-1]


def test_a_click_that_comes_late_but_about_something_else_counts(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")
    story.types(BEN, "/recovery pause 1 customer They look for it")
    with story.desk.transaction() as session:
        session.add(LatestClick(case_id=1, agent_id=ANA, topic=Topic.PRIORITY, stamp="9999999999.000000"))

    cards.on_click(story.desk, *a_menu_click(story, "resume 1", "1000000000.000001"))
    story.settle()

    assert "▶️" in story.thread[-1]


def test_somebody_elses_later_click_makes_nobody_late(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(SAM, "case_claim")

    cards.on_click(story.desk, *a_menu_click(story, "takeover 1", "1000000000.000001"))

    assert "can take over" in story.heard_by(ANA)[-1]


def begun_with(story: Story, who: str) -> dict[str, Any]:
    """What the fields of the open form begin with."""
    began = {}
    for block in story.workspace.views(who)[-1]["blocks"]:
        element = block.get("element", {})
        chosen = element.get("initial_option", {}).get("value")
        began |= {block["block_id"]: chosen or element["initial_value"]} if element else {}
    return began


def settled_card(story: Story) -> str:
    """The card when all is done."""
    story.settle()
    return story.card_words


def a_note_form(told: str) -> dict[str, Any]:
    """A note by Ana, handed in; `told` is what travels with the form."""
    state = {"text": {"text": {"type": "plain_text_input", "value": "The courier found it"}}}
    blocks = [{"type": "input", "block_id": "text"}]
    view = {"id": "V1", "callback_id": "case_note", "private_metadata": told}
    return {"user": {"id": ANA}, "view": {**view, "blocks": blocks, "state": {"values": state}}}


def a_menu_click(story: Story, entry: str, stamp: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """An entry of the card's menu that Ana chose at that moment."""
    channel, ts = story.workspace.channel(CHANNEL)["id"], story.card["ts"]
    container = {"channel_id": channel, "message_ts": ts}
    body = {"user": {"id": ANA}, "trigger_id": "1.1", "container": container}
    return body, {"type": "static_select", "action_ts": stamp, "selected_option": {"value": entry}}
