"""What people write in a thread is a note; the note follows its message, and the history forgets nothing."""

import json
from collections import deque
from pathlib import Path

from bot.slack.listeners import threads
from bot.slack.listeners.payloads import read_after, read_before
from bot.workspace.people import BOT_USER
from models.case import Note
from models.vocabulary import SharedFile
from tests.builders import ANA, BEN
from tests.story import CHANNEL, Story

SHAPES = "payloads/5-slack/events"


def write(story: Story, text: str) -> str:
    """Ana writes below the card; where Slack put it."""
    ts = story.workspace.say(ANA, CHANNEL, text, thread_ts=story.card["ts"])
    story.workspace.until(story.is_quiet)
    story.settle()
    return ts


def edit(story: Story, ts: str, text: str) -> None:
    """Ana changes what she wrote."""
    story.workspace.edit(ANA, CHANNEL, ts, text)
    story.workspace.until(story.is_quiet)
    story.settle()


def delete(story: Story, ts: str) -> None:
    """Ana takes away what she wrote."""
    story.workspace.delete(ANA, CHANNEL, ts)
    story.workspace.until(story.is_quiet)
    story.settle()


def test_an_edited_message_is_a_changed_note_and_the_history_keeps_both(story: Story) -> None:
    story.receives("My parcel never came")
    ts = write(story, "The courier lost it")

    edit(story, ts, "The courier *found* it & brings it")

    shown = story.types(BEN, "/recovery show 1")
    assert "1, in the thread" in story.card_words
    assert "changed a note from “The courier lost it” to “The courier *found* it &amp; brings it”" in shown


def test_a_deleted_message_counts_no_more_and_the_history_keeps_what_it_said(story: Story) -> None:
    story.receives("My parcel never came")
    ts = write(story, "The courier lost it")

    delete(story, ts)

    shown = story.types(BEN, "/recovery show 1")
    assert "in the thread" not in story.card_words
    assert f"A note of <@{ANA}> was deleted in Slack; it said “The courier lost it”" in shown
    assert f"📝 <@{ANA}>: The courier lost it" in shown


def test_an_order_that_is_edited_is_no_note(story: Story) -> None:
    story.receives("My parcel never came")
    ts = write(story, "@recovery claim")

    edit(story, ts, "I claimed it")

    assert "in the thread" not in story.card_words


def test_what_was_never_below_a_card_is_no_note(story: Story) -> None:
    story.receives("My parcel never came")
    ts = story.workspace.say(ANA, CHANNEL, "Good morning")

    edit(story, ts, "Good evening")
    delete(story, ts)

    assert "in the thread" not in story.card_words
    assert "note" not in story.types(BEN, "/recovery show 1").split("*History*")[1]


def test_a_file_is_kept_by_reference(story: Story) -> None:
    story.receives("My parcel never came")

    file = ("proof <1>.png", b"picture")
    story.workspace.upload(ANA, CHANNEL, file, thread_ts=story.card["ts"])
    story.workspace.until(story.is_quiet)
    story.settle()

    shown = story.types(BEN, "/recovery show 1")
    assert "1, in the thread" in story.card_words
    assert "|📎 proof &lt;1&gt;.png>" in shown
    with story.desk.transaction() as session:
        note = session.get_one(Note, 1)
        assert [set(file) for file in note.files] == [{"name", "permalink"}]


def test_changes_count_once_and_in_the_order_of_slacks_stamps(story: Story) -> None:
    story.receives("My parcel never came")
    ts = write(story, "one")
    was = {"type": "message", "user": ANA, "text": "one", "ts": ts, "thread_ts": story.card["ts"]}
    late = changed(story, was, "three", stamp="1800000003.000000")
    early = changed(story, was, "two", stamp="1800000002.000000")

    bring(story, late, late, early)

    shown = story.types(BEN, "/recovery show 1")
    assert shown.count("changed a note") == 1
    assert "to “three”" in shown


def test_a_change_that_comes_before_its_message_brings_it_along(story: Story) -> None:
    story.receives("My parcel never came")
    place = {"ts": "1800000001.000000", "thread_ts": story.card["ts"]}
    was = {"type": "message", "user": ANA, "text": "one", **place}

    bring(story, changed(story, was, "two", stamp="1800000002.000000"))
    bring(story, {**was, "channel": story.workspace.channel(CHANNEL)["id"], "event_ts": was["ts"]})

    shown = story.types(BEN, "/recovery show 1")
    assert "1, in the thread" in story.card_words
    assert shown.count("📝") == shown.count("changed a note") == 1


def test_what_is_changed_after_it_was_deleted_stays_deleted(story: Story) -> None:
    story.receives("My parcel never came")
    ts = write(story, "one")
    was = {"type": "message", "user": ANA, "text": "one", "ts": ts, "thread_ts": story.card["ts"]}
    delete(story, ts)

    bring(story, changed(story, was, "two", stamp="1800000002.000000"))

    assert "changed a note" not in story.types(BEN, "/recovery show 1")


def test_a_link_that_unfolds_changes_no_note(story: Story) -> None:
    story.receives("My parcel never came")
    ts = write(story, "https://courier.example/41")
    was = {"type": "message", "user": ANA, "text": "<https://courier.example/41>", "ts": ts}
    unfolded = changed(story, {**was, "thread_ts": story.card["ts"]}, was["text"], stamp="1800000002.000000")

    bring(story, unfolded)

    assert "changed a note" not in story.types(BEN, "/recovery show 1")


def test_slacks_own_edit_is_read(shared_material: Path) -> None:
    body = json.loads((shared_material / SHAPES / "message__message_changed__event_payload.json").read_text())

    before, after = read_before(body), read_after(body)

    assert after is not None
    assert (before.by, before.text, before.slack_ref) == (
        "U222",
        "original message",
        "C111:1665102338.901939",
    )
    assert (after.by, after.text, after.slack_ref) == ("U111", "updated message", before.slack_ref)
    assert after.edited_ts == "1665102362.000000"


def test_slacks_own_shared_file_is_read(shared_material: Path) -> None:
    payload = json.loads(
        (shared_material / SHAPES / "message__message_file_share__event_payload.json").read_text()
    )
    body = {"event": {"previous_message": payload["event"], "channel": "C111"}, "event_id": "Ev1"}

    said = read_before(body)

    assert said.files == (SharedFile("file.png", "https://xxx.slack.com/files/U111/F111/file.png"),)


def test_one_that_others_answered_leaves_a_tombstone(shared_material: Path) -> None:
    body = json.loads((shared_material / SHAPES / "message__message_changed__event_payload.json").read_text())
    body["event"]["message"] = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": "1.0"}

    assert read_after(body) is None


def changed(story: Story, was: dict[str, str], text: str, *, stamp: str) -> dict[str, object]:
    """Slack's event about an edit."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": story.workspace.channel(CHANNEL)["id"],
        "previous_message": was,
        "message": {**was, "text": text, "edited": {"user": was["user"], "ts": stamp}},
        "ts": stamp,
        "event_ts": stamp,
    }


def bring(story: Story, *events: dict[str, object]) -> None:
    """Let the bot hear these events, in this order."""
    bodies = [{"event": event, "event_id": f"Ev{number}"} for number, event in enumerate(events)]
    deque((threads.on_message(story.desk, body, BOT_USER) for body in bodies), maxlen=0)
    story.settle()
