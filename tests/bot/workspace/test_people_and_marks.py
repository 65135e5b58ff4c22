"""People, groups, presence, reactions, pins, bookmarks and files."""

from datetime import timedelta

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.errors import ActError
from bot.workspace.server import Workspace
from tests.clock import TestClock


def test_everybody_is_listed_the_bot_and_slackbot_too(client: WebClient) -> None:
    members = client.users_list()["members"]

    assert [member["name"] for member in members] == ["ana", "ben", "sam", "lea", "recovery", "slackbot"]
    assert [member["name"] for member in members if member["is_bot"]] == ["recovery"]


def test_a_person_is_found_by_id_and_by_address(client: WebClient) -> None:
    by_id = client.users_info(user="U0LEA")["user"]
    by_address = client.users_lookupByEmail(email="Lea@HarbourPine.example")["user"]

    assert by_id == by_address
    assert (by_id["real_name"], by_id["tz"], by_id["tz_offset"]) == ("Lea Moreau", "Europe/Paris", 3600)


def test_nobody_is_not_found(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.users_info(user="U0NOBODY")
    with pytest.raises(SlackApiError, match="users_not_found"):
        client.users_lookupByEmail(email="nobody@harbourpine.example")


def test_an_address_finds_who_has_it_now_and_nobody_who_was_deactivated(
    workspace: Workspace, client: WebClient
) -> None:
    workspace.change_user("U0LEA", profile={"email": "lea.moreau@harbourpine.example"})
    workspace.change_user("U0BEN", deleted=True)

    assert client.users_lookupByEmail(email="lea.moreau@harbourpine.example")["user"]["id"] == "U0LEA"
    with pytest.raises(SlackApiError, match="users_not_found"):
        client.users_lookupByEmail(email="lea@harbourpine.example")
    with pytest.raises(SlackApiError, match="users_not_found"):
        client.users_lookupByEmail(email="ben@harbourpine.example")


def test_the_people_of_a_disabled_group_are_told_only_on_request(
    workspace: Workspace, client: WebClient
) -> None:
    workspace.switch_usergroup("S0CARE", by="U0SAM", is_on=False)

    assert "U0ANA" in client.usergroups_users_list(usergroup="S0CARE", include_disabled=True)["users"]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        client.usergroups_users_list(usergroup="S0CARE")


def test_presence_is_what_the_person_chose(workspace: Workspace, client: WebClient) -> None:
    workspace.set_presence("U0BEN", "away")

    assert client.users_getPresence(user="U0BEN")["presence"] == "away"
    assert client.users_getPresence(user="U0ANA")["presence"] == "active"


def test_when_somebody_does_not_want_to_be_disturbed(
    workspace: Workspace, client: WebClient, clock: TestClock
) -> None:
    workspace.set_dnd("U0BEN", clock.now(), clock.now() + timedelta(hours=8))

    dnd = client.dnd_info(user="U0BEN")
    assert dnd["dnd_enabled"]
    assert dnd["next_dnd_end_ts"] - dnd["next_dnd_start_ts"] == 8 * 3600
    assert not client.dnd_info(user="U0ANA")["dnd_enabled"]


def test_a_group_is_listed_with_its_people_on_request(client: WebClient) -> None:
    bare = client.usergroups_list()["usergroups"][0]
    whole = client.usergroups_list(include_users=True, include_count=True)["usergroups"][0]

    assert bare["handle"] == "care"
    assert "users" not in bare
    assert whole["user_count"] == 4
    assert client.usergroups_users_list(usergroup="S0CARE")["users"] == whole["users"]


def test_a_group_that_is_not_there(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        client.usergroups_users_list(usergroup="S0NOBODY")


def test_a_reaction_is_counted_once_for_each_person(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Won back!")
    workspace.react("U0BEN", "#feedback", ts, "tada")
    client.reactions_add(channel="C0FEEDBACK", timestamp=ts, name="tada")

    message = client.reactions_get(channel="C0FEEDBACK", timestamp=ts)["message"]
    assert message["reactions"] == [{"name": "tada", "users": ["U0BEN", "U0RECOVERY"], "count": 2}]
    with pytest.raises(SlackApiError, match="already_reacted"):
        client.reactions_add(channel="C0FEEDBACK", timestamp=ts, name="tada")


def test_a_reaction_can_be_taken_back_once(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Won back!")
    client.reactions_add(channel="C0FEEDBACK", timestamp=ts, name="tada")

    client.reactions_remove(channel="C0FEEDBACK", timestamp=ts, name="tada")

    assert "reactions" not in workspace.messages("#feedback")[0]
    with pytest.raises(SlackApiError, match="no_reaction"):
        client.reactions_remove(channel="C0FEEDBACK", timestamp=ts, name="tada")


def test_a_person_reacts_once(workspace: Workspace) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Won back!")
    workspace.react("U0BEN", "#feedback", ts, "tada")

    with pytest.raises(ActError, match="already_reacted"):
        workspace.react("U0BEN", "#feedback", ts, "tada")
    workspace.unreact("U0BEN", "#feedback", ts, "tada")

    assert "reactions" not in workspace.messages("#feedback")[0]


@pytest.mark.parametrize(
    ("timestamp", "name", "error"),
    [
        ("yesterday", "tada", "bad_timestamp"),
        ("1700000000.000000", "tada", "message_not_found"),
        ("1700000000.000000", "", "invalid_name"),
    ],
)
def test_a_reaction_needs_a_message_and_a_name(
    client: WebClient, timestamp: str, name: str, error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        client.reactions_add(channel="C0FEEDBACK", timestamp=timestamp, name=name)


def test_a_message_takes_fifty_different_reactions(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Won back!")
    names = [f"emoji_{number}" for number in range(51)]
    taken = [client.reactions_add(channel="C0FEEDBACK", timestamp=ts, name=name)["ok"] for name in names[:50]]

    assert all(taken)
    with pytest.raises(SlackApiError, match="too_many_emoji"):
        client.reactions_add(channel="C0FEEDBACK", timestamp=ts, name=names[50])


def test_a_message_is_pinned_once(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Read this")

    client.pins_add(channel="C0FEEDBACK", timestamp=ts)

    assert workspace.channel("#feedback")["pins"] == [ts]
    with pytest.raises(SlackApiError, match="already_pinned"):
        client.pins_add(channel="C0FEEDBACK", timestamp=ts)


def test_a_bookmark_is_kept_with_its_channel(workspace: Workspace, client: WebClient) -> None:
    added = client.bookmarks_add(
        channel_id="C0FEEDBACK", title="Rules", type="link", link="https://example.com"
    )

    assert workspace.channel("#feedback")["bookmarks"] == [added["bookmark"]]


def test_a_file_is_uploaded_and_shared_in_a_thread(workspace: Workspace, client: WebClient) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Show me")

    client.files_upload_v2(
        channel="C0FEEDBACK",
        thread_ts=ts,
        content="a,b\n1,2\n",
        filename="cases.csv",
        title="Cases",
        initial_comment="Here & now",
    )

    shared = workspace.thread("#feedback", ts)[1]
    assert (shared["subtype"], shared["text"]) == ("file_share", "Here &amp; now")
    file = shared["files"][0]
    assert (file["name"], file["title"], file["mimetype"], file["size"]) == (
        "cases.csv",
        "Cases",
        "text/csv",
        8,
    )
    assert requests.get(file["url_private"], timeout=5).text == "a,b\n1,2\n"


def test_a_file_that_could_run_is_only_saved(workspace: Workspace) -> None:
    workspace.upload("U0ANA", "#feedback", ("a.html", b"<script>alert(1)</script>"), "Look")
    file = workspace.messages("#feedback")[0]["files"][0]

    answer = requests.get(file["url_private"], timeout=5)

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "sandbox"


def test_a_file_that_was_never_sent_cannot_be_shared(client: WebClient) -> None:
    upload = client.files_getUploadURLExternal(filename="a.txt", length=3)

    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": upload["file_id"]}], channel_id="C0FEEDBACK")


def test_the_team_says_its_name(client: WebClient) -> None:
    assert client.team_info()["team"]["name"] == "Harbour & Pine"
    with pytest.raises(SlackApiError, match="team_not_found"):
        client.team_info(team="T0OTHER")
