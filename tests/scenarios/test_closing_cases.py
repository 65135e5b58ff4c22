"""A case is closed with an outcome, a reason and what was done: by form, by command, by mention."""

from typing import Any

from tests.builders import ANA, BEN
from tests.story import CHANNEL, Story

LINE = f"✅ <@{ANA}> resolved the case as *recovered* (Late or lost delivery): Sent a new lamp"


def test_a_command_closes_a_case_and_everywhere_it_is_told_why(story: Story) -> None:
    story.receives("My parcel never came")

    answer = story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")

    assert answer == "Case #1 is resolved as recovered."
    assert story.thread == [LINE]
    assert f"✅ *recovered* (Late or lost delivery) by <@{ANA}>" in story.card_words
    assert LINE in story.types(BEN, "/recovery show 1 history")
    assert "*Reasons* Late or lost delivery 1" in story.types(BEN, "/recovery-stats this week")


def test_a_mention_closes_the_case_of_its_thread_in_either_order(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery resolve late or lost delivery, recovered: Sent a new lamp")

    assert story.thread[-1] == LINE


def test_a_mention_without_a_reason_is_told_what_would_be_right(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(ANA, "@recovery resolve recovered Sent a new lamp")

    (told,) = story.heard_by(ANA)
    assert "Say why it was a case: delivery, quality, other." in told
    assert "`@recovery resolve recovered delivery Sent a new lamp`" in told
    assert "✅" not in story.card_words


def test_the_form_is_filled_in_from_what_happened(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery contacted 1 phone Promised a new lamp")
    story.types(ANA, "/recovery note 1 The courier <!channel> found it")
    story.types(ANA, "/recovery compensate 1 20 EUR voucher late")

    story.clicks(ANA, "case_resolve")

    form = open_form(story)
    assert form["outcome"] == "recovered"
    assert form["theme"] is None
    assert form["what_was_done"] == "Gave: voucher of 20.00 EUR.\nThe courier <!channel> found it"
    errors = story.submits(ANA, theme="delivery")
    assert errors == {}
    assert "(Late or lost delivery): Gave: voucher of 20.00 EUR.\nThe courier &lt;" in story.thread[-1]


def test_a_note_that_was_deleted_is_not_proposed_and_the_last_reason_is(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery resolve 1 recovered quality Sent a new lamp")
    story.types(ANA, "/recovery reopen 1 The new lamp broke too")
    story.types(ANA, "/recovery contacted 1 phone Promised a third lamp")
    ts = story.workspace.say(ANA, CHANNEL, "Ask Ben", thread_ts=story.card["ts"])
    story.workspace.until(story.is_quiet)
    story.workspace.delete(ANA, CHANNEL, ts)
    story.workspace.until(story.is_quiet)

    story.clicks(ANA, "case_resolve")

    form = open_form(story)
    assert (form["theme"], form["what_was_done"]) == ("quality", "Promised a third lamp")


def test_what_somebody_said_that_it_is_about_is_proposed(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(BEN, "/recovery correct 1 negative quality")

    story.clicks(ANA, "case_resolve")

    assert open_form(story)["theme"] == "quality"


def open_form(story: Story) -> dict[str, Any]:
    """What the form that Ana has open holds, by the names of its fields."""
    (view,) = story.workspace.until(lambda: story.workspace.views(ANA))
    fields = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        chosen = element.get("initial_option")
        fields[block["block_id"]] = chosen["value"] if chosen else element.get("initial_value")
    return fields
