"""Channels and direct messages: lists, pages, history, membership, archiving."""

from collections.abc import Callable
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.errors import ActError
from bot.workspace.manifest import DEFAULT_MANIFEST
from bot.workspace.server import Workspace


@pytest.fixture
def managing(open_workspace: Callable[..., Workspace], tmp_path: Path) -> Workspace:
    """A workspace whose app may also make and close channels."""
    text = DEFAULT_MANIFEST.read_text()
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(text.replace("      - chat:write\n", "      - chat:write\n      - channels:manage\n"))
    return open_workspace(manifest=manifest)


@pytest.fixture
def manager(managing: Workspace) -> WebClient:
    """The SDK's client in that workspace."""
    return WebClient(managing.bot_token, base_url=managing.api_url, retry_handlers=[])


def post(client: WebClient, count: int, **more: str) -> list[str]:
    return [
        str(client.chat_postMessage(channel="C0CARE", text=f"Message {number}", **more)["ts"])
        for number in range(count)
    ]


def test_every_channel_is_listed_with_whether_the_bot_is_in_it(client: WebClient) -> None:
    channels = client.conversations_list()["channels"]

    assert len(channels) == 10
    assert [channel["name"] for channel in channels if not channel["is_member"]] == ["general"]
    assert channels[0]["num_members"] == 5


def test_a_list_is_read_page_by_page(client: WebClient) -> None:
    pages = [page["channels"] for page in client.conversations_list(limit=4)]

    assert [len(page) for page in pages] == [4, 4, 2]
    assert len({channel["id"] for page in pages for channel in page}) == 10


def test_a_cursor_that_nobody_gave_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        client.conversations_list(cursor="bm9uc2Vuc2U=")


def test_a_limit_that_is_no_number_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_limit"):
        client.conversations_list(limit="many")


def test_a_type_that_slack_does_not_know_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_types"):
        client.conversations_list(types="town_square")


def test_history_comes_newest_first_and_page_by_page(client: WebClient) -> None:
    stamps = post(client, 5)

    pages = [page["messages"] for page in client.conversations_history(channel="C0CARE", limit=2)]

    assert [message["ts"] for page in pages for message in page] == stamps[::-1]


def test_a_page_of_history_stays_where_it_was_when_something_new_is_posted(client: WebClient) -> None:
    stamps = post(client, 4)
    first = client.conversations_history(channel="C0CARE", limit=2)
    post(client, 1)

    second = client.conversations_history(
        channel="C0CARE", limit=2, cursor=first["response_metadata"]["next_cursor"]
    )

    assert [message["ts"] for message in second["messages"]] == [stamps[1], stamps[0]]


@pytest.mark.parametrize(("is_inclusive", "expected"), [(False, [2]), (True, [3, 2, 1])])
def test_history_between_two_moments(client: WebClient, is_inclusive: bool, expected: list[int]) -> None:
    stamps = post(client, 5)

    found = client.conversations_history(
        channel="C0CARE", oldest=stamps[1], latest=stamps[3], inclusive=is_inclusive
    )

    assert [stamps.index(message["ts"]) for message in found["messages"]] == expected


@pytest.mark.parametrize("end", ["oldest", "latest"])
def test_a_moment_that_is_none_is_refused(client: WebClient, end: str) -> None:
    with pytest.raises(SlackApiError, match=f"invalid_ts_{end}"):
        client.conversations_history(channel="C0CARE", **{end: "yesterday"})


def test_replies_come_after_their_parent_and_page_by_page(client: WebClient) -> None:
    parent = post(client, 1)[0]
    stamps = post(client, 4, thread_ts=parent)

    pages = [page["messages"] for page in client.conversations_replies(channel="C0CARE", ts=parent, limit=2)]

    assert [message["ts"] for page in pages for message in page] == [parent, *stamps]


def test_a_message_without_replies_is_a_thread_of_one(client: WebClient) -> None:
    ts = post(client, 1)[0]

    found = client.conversations_replies(channel="C0CARE", ts=ts)

    assert [message["ts"] for message in found["messages"]] == [ts]
    assert found["has_more"] is False


def test_a_thread_of_nothing_is_not_found(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="thread_not_found"):
        client.conversations_replies(channel="C0CARE", ts="1700000000.000000")


def test_the_bot_reads_no_history_where_it_is_not(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.conversations_history(channel="C0GENERAL")


def test_joining_lets_the_bot_write(workspace: Workspace, client: WebClient) -> None:
    client.conversations_join(channel="C0GENERAL")

    assert client.chat_postMessage(channel="#general", text="Hello")["ok"]
    assert workspace.messages("#general")[0]["subtype"] == "channel_join"


def test_joining_twice_is_a_warning(client: WebClient) -> None:
    assert client.conversations_join(channel="C0CARE")["warning"] == "already_in_channel"


def test_a_bot_that_was_put_out_writes_no_more(workspace: Workspace, client: WebClient) -> None:
    workspace.remove("U0SAM", "#recovery-care")

    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.chat_postMessage(channel="C0CARE", text="Hello")


def test_members_are_listed_in_the_order_in_which_they_came(client: WebClient) -> None:
    assert client.conversations_members(channel="C0GENERAL")["members"] == [
        "U0ANA",
        "U0BEN",
        "U0SAM",
        "U0LEA",
    ]


def test_a_channel_is_made_filled_and_closed(managing: Workspace, manager: WebClient) -> None:
    channel = manager.conversations_create(name="recovery-returns")["channel"]["id"]
    manager.conversations_invite(channel=channel, users="U0ANA,U0BEN")
    manager.conversations_archive(channel=channel)

    described = managing.channel(channel)
    assert described["members"] == ["U0RECOVERY", "U0ANA", "U0BEN"]
    assert described["is_archived"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("feedback", "name_taken"),
        ("Not This", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
        ("", "invalid_name_required"),
    ],
)
def test_a_channel_needs_a_name_of_its_own(manager: WebClient, name: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        manager.conversations_create(name=name)


@pytest.mark.parametrize(
    ("users", "error"),
    [("U0ANA", "already_in_channel"), ("U0RECOVERY", "cant_invite_self"), ("U0NOBODY", "user_not_found")],
)
def test_who_cannot_be_invited(manager: WebClient, users: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        manager.conversations_invite(channel="C0CARE", users=users)


@pytest.mark.parametrize(
    ("users", "error"),
    [("", "users_list_not_supplied"), ("U0NOBODY", "user_not_found"), ("U0RECOVERY", "cannot_dm_bot")],
)
def test_direct_messages_need_somebody(client: WebClient, users: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        client.conversations_open(users=users)


def test_who_has_left_gets_no_direct_messages(workspace: Workspace, client: WebClient) -> None:
    workspace.change_user("U0BEN", deleted=True)

    with pytest.raises(SlackApiError, match="user_disabled"):
        client.conversations_open(users="U0BEN")


def test_a_person_sees_no_direct_messages_of_others(workspace: Workspace, client: WebClient) -> None:
    channel = client.conversations_open(users="U0BEN")["channel"]["id"]

    with pytest.raises(ActError, match="channel_not_found"):
        workspace.say("U0ANA", channel, "May I?")
