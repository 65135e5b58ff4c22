"""Messages of the bot and of people: posting, threads, editing, deleting, finding again."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.errors import ActError
from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import section
from tests.clock import TestClock

KEY = {"event_type": "recovery_message", "event_payload": {"key": "41"}}


def test_a_message_bears_who_wrote_it(workspace: Workspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="#feedback", text="Hello")

    message = workspace.messages("C0FEEDBACK")[0]
    assert (message["user"], message["bot_id"], message["app_id"]) == (
        "U0RECOVERY",
        "B0RECOVERY",
        "A0RECOVERY",
    )
    assert posted["message"] == message
    assert posted["channel"] == "C0FEEDBACK"


def test_two_messages_never_share_a_ts(client: WebClient) -> None:
    first = client.chat_postMessage(channel="#feedback", text="One")["ts"]
    second = client.chat_postMessage(channel="#feedback", text="Two")["ts"]

    assert first < second


def test_the_clock_decides_the_ts(client: WebClient, clock: TestClock) -> None:
    posted = client.chat_postMessage(channel="#feedback", text="One")

    assert posted["ts"] == f"{int(clock.now().timestamp())}.000000"


def test_a_bare_ampersand_and_angle_are_escaped_but_entities_stay(client: WebClient) -> None:
    posted = client.chat_postMessage(
        channel="#feedback", text="Tom & <b> <@U0ANA> &amp; <!here> <https://a.b|c>"
    )

    assert posted["message"]["text"] == "Tom &amp; &lt;b&gt; <@U0ANA> &amp; <!here> <https://a.b|c>"


def test_a_reply_counts_at_its_parent(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    client.chat_postMessage(channel="#feedback", text="First", thread_ts=ts)
    last = workspace.say("U0ANA", "#feedback", "Second", thread_ts=ts)

    parent, first, _ = workspace.thread("#feedback", ts)
    assert (parent["reply_count"], parent["latest_reply"]) == (2, last)
    assert parent["reply_users"] == ["U0RECOVERY", "U0ANA"]
    assert (first["thread_ts"], first["parent_user_id"]) == (ts, "U0RECOVERY")
    assert [message["ts"] for message in workspace.messages("#feedback")] == [ts]


def test_a_reply_to_a_reply_stands_in_the_same_thread(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    reply = client.chat_postMessage(channel="#feedback", text="First", thread_ts=ts)["ts"]

    client.chat_postMessage(channel="#feedback", text="Second", thread_ts=reply)

    assert [message["text"] for message in workspace.thread("#feedback", ts)] == ["Parent", "First", "Second"]


def test_a_reply_can_be_shown_in_the_channel_too(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]

    client.chat_postMessage(channel="#feedback", text="All see this", thread_ts=ts, reply_broadcast=True)

    assert [message["text"] for message in workspace.messages("#feedback")] == ["Parent", "All see this"]
    assert workspace.thread("#feedback", ts)[1]["subtype"] == "thread_broadcast"


def test_a_thread_that_is_not_there_takes_no_reply(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="thread_not_found"):
        client.chat_postMessage(channel="#feedback", text="Lost", thread_ts="1700000000.000000")


def test_an_update_with_a_text_alone_takes_the_blocks_away(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Card", blocks=[section()], metadata=KEY)["ts"]

    client.chat_update(channel="C0FEEDBACK", ts=ts, text="Done")

    message = workspace.messages("#feedback")[0]
    assert "blocks" not in message
    assert message["metadata"] == KEY
    assert message["edited"]["user"] == "B0RECOVERY"


def test_nobody_updates_what_somebody_else_wrote(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Mine")

    with pytest.raises(SlackApiError, match="cant_update_message"):
        client.chat_update(channel="C0FEEDBACK", ts=ts, text="Yours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        client.chat_delete(channel="C0FEEDBACK", ts=ts)


def test_a_message_that_is_gone_is_not_found(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Soon gone")["ts"]
    client.chat_delete(channel="C0FEEDBACK", ts=ts)

    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_update(channel="C0FEEDBACK", ts=ts, text="Still here?")


def test_a_deleted_parent_leaves_a_tombstone_over_its_replies(
    workspace: Workspace, client: WebClient
) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts)

    client.chat_delete(channel="C0FEEDBACK", ts=ts)

    tombstone, reply = workspace.thread("#feedback", ts)
    assert (tombstone["subtype"], reply["text"]) == ("tombstone", "Reply")


def test_a_deleted_reply_is_no_longer_counted(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    reply = client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts)["ts"]

    client.chat_delete(channel="C0FEEDBACK", ts=reply)

    assert "reply_count" not in workspace.messages("#feedback")[0]


@pytest.mark.parametrize(
    ("channel", "error"),
    [("#nowhere", "channel_not_found"), ("C0NOWHERE", "channel_not_found"), ("#general", "not_in_channel")],
)
def test_the_bot_posts_only_where_it_is(client: WebClient, channel: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        client.chat_postMessage(channel=channel, text="Hello")


def test_an_archived_channel_takes_no_message(workspace: Workspace, client: WebClient) -> None:
    workspace.archive("U0SAM", "#recovery-care")

    with pytest.raises(SlackApiError, match="is_archived"):
        client.chat_postMessage(channel="C0CARE", text="Hello")
    with pytest.raises(ActError, match="archived"):
        workspace.say("U0ANA", "#recovery-care", "Hello")


def test_a_private_channel_without_the_bot_is_not_there_for_it(
    workspace: Workspace, client: WebClient
) -> None:
    channel = workspace.create_channel("U0SAM", "secrets", members=[], is_private=True)

    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.chat_postMessage(channel=channel, text="Hello")


def test_a_message_to_a_person_opens_their_direct_messages(workspace: Workspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="U0BEN", text="For you")

    assert posted["channel"] == client.conversations_open(users="U0BEN")["channel"]["id"]
    assert [message["text"] for message in workspace.dms("U0BEN")] == ["For you"]


def test_nothing_is_no_message(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="no_text"):
        client.api_call("chat.postMessage", json={"channel": "#feedback", "text": ""})


def test_markdown_stands_alone(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="markdown_text_conflict"):
        client.chat_postMessage(channel="#feedback", text="Plain", markdown_text="**Bold**")


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "card"}, "invalid_metadata_schema"),
    ],
)
def test_metadata_has_a_type_and_a_payload(client: WebClient, metadata: object, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        client.chat_postMessage(channel="#feedback", text="Card", metadata=metadata)


def test_metadata_is_given_only_to_who_asks(client: WebClient) -> None:
    client.chat_postMessage(channel="#feedback", text="Card", metadata=KEY)

    without = client.conversations_history(channel="C0FEEDBACK")["messages"][0]
    with_it = client.conversations_history(channel="C0FEEDBACK", include_all_metadata=True)["messages"][0]

    assert "metadata" not in without
    assert with_it["metadata"] == KEY


def test_a_reply_is_found_again_by_its_metadata(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Card")["ts"]
    client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts, metadata=KEY)

    found = client.conversations_replies(channel="C0FEEDBACK", ts=ts, include_all_metadata=True)

    assert found["messages"][1]["metadata"] == KEY


def test_an_ephemeral_message_is_seen_by_one_person_and_by_no_history(
    workspace: Workspace, client: WebClient
) -> None:
    ts = client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="Psst")["message_ts"]

    assert [message["text"] for message in workspace.ephemerals("U0ANA")] == ["Psst"]
    assert client.conversations_history(channel="C0FEEDBACK")["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_update(channel="C0FEEDBACK", ts=ts, text="Louder")


def test_an_ephemeral_message_vanishes_when_it_is_dismissed(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="Psst")["message_ts"]

    workspace.dismiss("U0ANA", ts)

    assert workspace.ephemerals("U0ANA") == []


def test_an_ephemeral_message_needs_its_person_in_the_channel(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        client.chat_postEphemeral(channel="C0FEEDBACK", user="U0NOBODY", text="Psst")


def test_a_permalink_leads_to_its_message(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    reply = client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts)["ts"]

    link = client.chat_getPermalink(channel="C0FEEDBACK", message_ts=reply)["permalink"]

    assert link == (
        f"{workspace.url}/archives/C0FEEDBACK/p{reply.replace('.', '')}?thread_ts={ts}&cid=C0FEEDBACK"
    )


def test_a_scheduled_message_comes_when_its_time_has_come(
    workspace: Workspace, client: WebClient, clock: TestClock
) -> None:
    at = int(clock.now().timestamp()) + 3600
    scheduled = client.chat_scheduleMessage(channel="C0FEEDBACK", text="Good morning", post_at=at)
    early = workspace.messages("#feedback")

    workspace.move_clock(timedelta(hours=1))

    assert scheduled["post_at"] == at
    assert early == []
    assert workspace.messages("#feedback")[0]["text"] == "Good morning"


@pytest.mark.parametrize(("later", "error"), [(-1, "time_in_past"), (121 * 86400, "time_too_far")])
def test_a_message_is_scheduled_within_a_hundred_and_twenty_days(
    client: WebClient, clock: TestClock, later: int, error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        client.chat_scheduleMessage(
            channel="C0FEEDBACK", text="x", post_at=int(clock.now().timestamp()) + later
        )
