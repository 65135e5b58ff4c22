"""What the bot hears of, what it does not, and how often."""

from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient

from bot.workspace.people import PEOPLE
from bot.workspace.server import Workspace
from tests.bot.workspace.bots import HearingBot

Json = dict[str, Any]


def events(bot: HearingBot) -> list[Json]:
    """Every event, once all were acknowledged, in the order of happening: threads hear them."""
    bot.workspace.until(lambda: bot.workspace.on_the_way() == 0)
    heard = [body for body in bot.heard if "event" in body]
    return [body["event"] for body in sorted(heard, key=lambda body: str(body["event_id"]))]


def kinds(bot: HearingBot) -> list[str]:
    """The types of the events that were heard, with their subtypes."""
    return [".".join(filter(None, (event["type"], event.get("subtype")))) for event in events(bot)]


def test_the_bot_hears_only_where_it_is(workspace: Workspace, bot: HearingBot) -> None:
    workspace.say("U0ANA", "#general", "@recovery are you here?")
    workspace.say("U0ANA", "#feedback", "And here?")

    assert [event["channel"] for event in events(bot)] == ["C0FEEDBACK"]


def test_a_mention_is_heard_as_a_message_and_as_a_mention(workspace: Workspace, bot: HearingBot) -> None:
    workspace.say("U0ANA", "#feedback", "@recovery help")

    heard = {event["type"]: event for event in events(bot)}
    assert set(heard) == {"message", "app_mention"}
    assert heard["app_mention"]["text"] == "<@U0RECOVERY> help"
    assert heard["app_mention"]["ts"] == heard["message"]["ts"]
    assert "channel_type" not in heard["app_mention"]


def test_a_mention_of_somebody_else_is_none_of_the_bot(workspace: Workspace, bot: HearingBot) -> None:
    workspace.say("U0ANA", "#feedback", "@Ben Okafor help")

    assert kinds(bot) == ["message"]
    assert events(bot)[0]["text"] == "<@U0BEN> help"


def test_a_reply_tells_of_its_thread(workspace: Workspace, bot: HearingBot) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Parent")
    workspace.say("U0BEN", "#feedback", "@recovery note this", thread_ts=ts)

    reply = bot.event("app_mention")["event"]
    assert reply["thread_ts"] == ts
    parents = {event.get("parent_user_id") for event in events(bot) if event["type"] == "message"}
    assert parents == {None, "U0ANA"}


def test_a_direct_message_is_heard_as_such(workspace: Workspace, bot: HearingBot) -> None:
    channel = workspace.open_im("U0ANA")
    workspace.say("U0ANA", channel, "@recovery help")

    assert [(event["type"], event["channel_type"]) for event in events(bot)] == [("message", "im")]


def test_an_edit_and_a_deletion_tell_what_was_there_before(workspace: Workspace, bot: HearingBot) -> None:
    ts = workspace.say("U0ANA", "#feedback", "First")
    workspace.edit("U0ANA", "#feedback", ts, "Second")
    workspace.delete("U0ANA", "#feedback", ts)

    _, changed, deleted = events(bot)
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("First", "Second")
    assert (deleted["previous_message"]["text"], deleted["deleted_ts"]) == ("Second", ts)


def test_the_bot_hears_its_own_messages_and_their_changes(bot: HearingBot) -> None:
    ts = bot.client.chat_postMessage(channel="#feedback", text="Card")["ts"]
    bot.client.chat_update(channel="C0FEEDBACK", ts=ts, text="Done")

    assert kinds(bot) == ["message", "message.message_changed"]
    assert events(bot)[0]["bot_id"] == "B0RECOVERY"


def test_metadata_is_in_no_event(bot: HearingBot) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "41"}}
    bot.client.chat_postMessage(channel="#feedback", text="Card", metadata=metadata)

    assert "metadata" not in events(bot)[0]


def test_an_ephemeral_message_is_no_event(bot: HearingBot) -> None:
    bot.client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="Psst")

    assert events(bot) == []


def test_what_the_manifest_does_not_ask_for_is_not_sent(workspace: Workspace, bot: HearingBot) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Look")
    workspace.react("U0BEN", "#feedback", ts, "eyes")
    workspace.unreact("U0BEN", "#feedback", ts, "eyes")

    assert kinds(bot) == ["message", "reaction_added"]


def test_people_who_come_are_told_of_with_who_brought_them(workspace: Workspace, bot: HearingBot) -> None:
    channel = workspace.create_channel("U0SAM", "recovery-returns")
    workspace.invite("U0SAM", channel, "U0LEA")

    joined = bot.event("member_joined_channel")["event"]
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == ("U0LEA", "U0SAM", "C")
    assert bot.event("message", "channel_join")["event"]["inviter"] == "U0SAM"


def test_the_bot_hears_that_it_was_brought_in(workspace: Workspace, bot: HearingBot) -> None:
    workspace.invite("U0SAM", "#general")

    assert bot.event("member_joined_channel")["event"]["user"] == "U0RECOVERY"


def test_a_closed_channel_is_told_of(workspace: Workspace, bot: HearingBot) -> None:
    workspace.archive("U0SAM", "#recovery-care")

    closed = bot.event("channel_archive")["event"]
    assert (closed["channel"], closed["user"], closed["is_moved"]) == ("C0CARE", "U0SAM", 0)


def test_a_changed_profile_comes_whole(workspace: Workspace, bot: HearingBot) -> None:
    workspace.change_user("U0LEA", tz="Europe/Lisbon", profile={"title": "Director"})

    user = bot.event("user_change")["event"]["user"]
    assert (user["tz"], user["profile"]["title"]) == ("Europe/Lisbon", "Director")
    assert user["profile"]["email"] == "lea@harbourpine.example"


def test_who_is_not_to_be_disturbed_is_told_without_their_snooze(
    workspace: Workspace, bot: HearingBot
) -> None:
    workspace.set_dnd("U0BEN", datetime(2026, 3, 2, 21, tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=UTC))

    event = bot.event("dnd_updated_user")["event"]
    assert event["user"] == "U0BEN"
    assert event["dnd_status"] == {
        "dnd_enabled": True,
        "next_dnd_start_ts": 1772485200,
        "next_dnd_end_ts": 1772521200,
    }


def test_a_changed_group_tells_who_came_and_went(workspace: Workspace, bot: HearingBot) -> None:
    everybody = [person.id for person in PEOPLE]
    workspace.change_usergroup("S0CARE", [*everybody[:2], "U0RECOVERY"], by="U0SAM")

    event = bot.event("subteam_members_changed")["event"]
    assert event["added_users"] == ["U0RECOVERY"]
    assert event["removed_users"] == everybody[2:]
    assert event["removed_users_count"] == 2


def test_a_group_that_is_disabled_is_told(workspace: Workspace, bot: HearingBot) -> None:
    workspace.switch_usergroup("S0CARE", by="U0SAM", is_on=False)

    group = bot.event("subteam_updated")["event"]["subteam"]
    assert (group["id"], group["deleted_by"]) == ("S0CARE", "U0SAM")
    assert group["date_delete"] > 0


def test_opening_home_tells_what_is_shown_there(
    workspace: Workspace, bot: HearingBot, client: WebClient
) -> None:
    workspace.open_home("U0ANA")
    first = bot.event("app_home_opened")["event"]
    client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": []})
    workspace.open_home("U0ANA")

    second = bot.wait_for(lambda body: "view" in body.get("event", {}))["event"]
    assert (first["tab"], first["user"]) == ("home", "U0ANA")
    assert "view" not in first
    assert second["view"]["type"] == "home"


def test_a_message_shortcut_brings_its_message(workspace: Workspace, bot: HearingBot) -> None:
    ts = workspace.say("U0ANA", "#general", "Said where the bot is not")

    workspace.shortcut("U0BEN", "note_from_message", "#general", ts)

    body = bot.interaction("message_action")
    assert (body["message"]["text"], body["channel"]["name"]) == ("Said where the bot is not", "general")
    assert (body["message_ts"], body["user"]["id"]) == (ts, "U0BEN")
