"""What the page asks of the server: how things stand, history, a live feed, acts, and nothing that runs."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.workspace.server import Workspace
from tests.bot.workspace.block_samples import actions, button, home
from tests.bot.workspace.bots import HearingBot

Json = dict[str, Any]


def get(workspace: Workspace, path: str, **query: str) -> Json:
    """What the page reads."""
    answer: Json = requests.get(f"{workspace.url}/page/{path}", params=query, timeout=5).json()
    return answer


def act(workspace: Workspace, do: str, who: str = "U0ANA", **more: Any) -> Json:
    """What somebody does on the page."""
    asked = {"as": who, "do": do, **more}
    answer: Json = requests.post(f"{workspace.url}/page/act", json=asked, timeout=10).json()
    return answer


def channel(workspace: Workspace, name: str, user: str = "U0ANA") -> Json:
    """One of the channels that the page lists."""
    found = get(workspace, "state", **{"as": user})["channels"]
    return next(one for one in found if one["name"] == name)


@pytest.fixture
def live(workspace: Workspace) -> Iterator[ClientConnection]:
    """Ana's live feed, past what it begins with."""
    with connect(f"{workspace.url.replace('http', 'ws')}/page/live?as=U0ANA") as socket:
        assert [json.loads(socket.recv(5))["type"] for _ in range(2)] == ["wires", "views"]
        yield socket


def next_of(live: ClientConnection, kind: str) -> Json:
    """The next frame of a kind."""
    frames = iter(lambda: json.loads(live.recv(5)), None)
    return next(frame for frame in frames if frame["type"] == kind)


def test_the_state_holds_all_that_a_page_begins_with(workspace: Workspace) -> None:
    state = get(workspace, "state", **{"as": "U0SAM"})

    assert state["me"]["real_name"] == "Sam Lindqvist"
    assert [person["id"] for person in state["people"]] == ["U0ANA", "U0BEN", "U0SAM", "U0LEA"]
    assert len(state["channels"]) == 10
    assert state["bot"] == {"user_id": "U0RECOVERY", "name": "recovery"}
    assert {"command": "/recovery", "description": "Work a case"}.items() <= state["commands"][0].items()
    assert {one["callback_id"] for one in state["shortcuts"]} == {
        "new_case",
        "new_case_from_message",
        "note_from_message",
    }
    assert state["faults"] == []


def test_nobody_has_no_state(workspace: Workspace) -> None:
    answer = requests.get(f"{workspace.url}/page/state?as=U0NOBODY", timeout=5)

    assert answer.status_code == 404


def test_what_was_not_read_is_counted(workspace: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel="#feedback", text="One")
    last = client.chat_postMessage(channel="#feedback", text="Two for <@U0ANA>")["ts"]
    before = channel(workspace, "feedback")

    act(workspace, "read", channel="C0FEEDBACK", ts=last)

    after = channel(workspace, "feedback")
    assert (before["unread"], before["mentions"], before["last_ts"]) == (2, 1, last)
    assert (after["unread"], after["mentions"]) == (0, 0)


def test_history_shows_a_person_also_what_only_they_see(workspace: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel="#feedback", text="For all")
    client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="For Ana")

    hers = get(workspace, "history", **{"as": "U0ANA", "channel": "C0FEEDBACK"})["messages"]
    his = get(workspace, "history", **{"as": "U0BEN", "channel": "C0FEEDBACK"})["messages"]

    assert [message["text"] for message in hers] == ["For all", "For Ana"]
    assert hers[1]["is_ephemeral"]
    assert [message["text"] for message in his] == ["For all"]
    assert his[0]["permalink"].startswith(f"{workspace.url}/archives/C0FEEDBACK/p")


def test_the_history_of_a_thread_begins_with_its_parent(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts)

    asked = {"as": "U0ANA", "channel": "C0FEEDBACK", "thread_ts": ts}
    shown = get(workspace, "history", **asked)["messages"]

    assert [message["text"] for message in shown] == ["Parent", "Reply"]


def test_direct_messages_of_others_are_not_shown(workspace: Workspace, client: WebClient) -> None:
    im = client.conversations_open(users="U0BEN")["channel"]["id"]

    answer = requests.get(f"{workspace.url}/page/history?as=U0ANA&channel={im}", timeout=5)

    assert answer.status_code == 404
    assert im not in [one["id"] for one in get(workspace, "state", **{"as": "U0ANA"})["channels"]]


def test_a_new_message_and_its_change_come_live(
    workspace: Workspace, client: WebClient, live: ClientConnection
) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Card")["ts"]
    posted = next_of(live, "message")
    counted = next_of(live, "channel")
    client.chat_update(channel="C0FEEDBACK", ts=ts, text="Done")
    changed = next_of(live, "message_changed")
    client.chat_delete(channel="C0FEEDBACK", ts=ts)
    deleted = next_of(live, "message_deleted")

    assert (posted["channel"], posted["message"]["text"]) == ("C0FEEDBACK", "Card")
    assert counted["channel"]["unread"] == 1
    assert changed["message"]["text"] == "Done"
    assert deleted["ts"] == ts


def test_what_only_one_person_sees_comes_only_to_them(
    workspace: Workspace, client: WebClient, live: ClientConnection
) -> None:
    client.chat_postEphemeral(channel="C0FEEDBACK", user="U0BEN", text="For Ben")
    ts = client.chat_postEphemeral(channel="C0FEEDBACK", user="U0ANA", text="For Ana")["message_ts"]
    shown = next_of(live, "ephemeral")
    act(workspace, "dismiss", channel="C0FEEDBACK", ts=ts)
    gone = next_of(live, "ephemeral_removed")

    assert shown["message"]["text"] == "For Ana"
    assert gone["ts"] == ts


def test_a_home_a_reaction_and_a_call_come_live(
    workspace: Workspace, client: WebClient, live: ClientConnection
) -> None:
    ts = workspace.say("U0ANA", "#feedback", "Look")
    workspace.react("U0BEN", "#feedback", ts, "eyes")
    reaction = next_of(live, "reaction")
    client.views_publish(user_id="U0ANA", view=home())
    published = next_of(live, "home")
    call = next_of(live, "wire")

    assert reaction["message"]["reactions"][0]["name"] == "eyes"
    assert published["view"]["type"] == "home"
    assert (call["direction"], call["what"], call["status"]) == ("from_bot", "views.publish", "ok")


def test_a_page_of_another_site_hears_nothing(workspace: Workspace) -> None:
    with (
        pytest.raises(InvalidStatus),
        connect(f"{workspace.url.replace('http', 'ws')}/page/live?as=U0ANA", origin="https://evil.example"),
    ):
        pass


def test_the_page_presses_a_button(workspace: Workspace, bot: HearingBot) -> None:
    ts = bot.client.chat_postMessage(channel="#feedback", text="Card", blocks=[actions(button(value="41"))])[
        "ts"
    ]

    answer = act(workspace, "action", channel="C0FEEDBACK", ts=ts, action_id="go_0", value=None)

    assert answer == {"ok": True}
    assert bot.interaction("block_actions")["actions"][0]["value"] == "41"


REFUSED = [
    ("fly", {}, "unknown_act"),
    ("say", {"channel": "C0FEEDBACK"}, "missing_argument"),
    ("say", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("say", {"channel": "C0FEEDBACK", "text": "  "}, "no_text"),
    ("say", {"channel": "C0FEEDBACK", "text": "/refund 41"}, "invalid_command"),
    ("say", {"channel": "C0FEEDBACK", "text": "/recovery x", "thread_ts": "1.2"}, "not_in_threads"),
    ("say", {"channel": "C0FEEDBACK", "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
    ("edit", {"channel": "C0FEEDBACK", "ts": "1.2", "text": "x"}, "message_not_found"),
    ("action", {"channel": "C0FEEDBACK", "ts": "1.2", "action_id": "x"}, "message_not_found"),
    ("action", {"home": True, "action_id": "x"}, "view_not_found"),
    ("submit", {"view_id": "V1", "values": {}}, "view_not_found"),
    ("submit", {"view_id": "V1", "values": []}, "missing_argument"),
    ("close", {"view_id": "V1"}, "view_not_found"),
    ("shortcut", {"callback_id": "nothing"}, "no_such_shortcut"),
    ("open_im", {"user": "U0NOBODY"}, "user_not_found"),
    ("fault", {"method": "chat.postMessage", "kind": "fire"}, "unknown_kind"),
    ("pacing", {"mode": "fast"}, "unknown_kind"),
]


@pytest.mark.parametrize(("do", "more", "error"), REFUSED, ids=[f"{do} {error}" for do, _, error in REFUSED])
def test_what_cannot_be_done_is_refused_with_a_sentence(
    workspace: Workspace, do: str, more: Json, error: str
) -> None:
    answer = act(workspace, do, **more)

    assert (answer["ok"], answer["error"]) == (False, error)
    assert answer["message"]


def test_nobody_acts_as_the_bot(workspace: Workspace) -> None:
    assert (
        act(workspace, "say", who="U0RECOVERY", channel="C0FEEDBACK", text="x")["error"] == "user_not_found"
    )


def test_the_page_makes_trouble_and_calls_it_off(workspace: Workspace, client: WebClient) -> None:
    asked = act(workspace, "fault", method="chat.postMessage", error="internal_error", times=3)
    shown = get(workspace, "state", **{"as": "U0ANA"})["faults"]
    cleared = act(workspace, "clear_faults")

    assert asked["faults"] == shown
    assert (shown[0]["error"], shown[0]["times"]) == ("internal_error", 3)
    assert cleared["faults"] == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [("{", "application/json", 400), ("[]", "application/json", 400), ("{}", "text/plain", 415)],
)
def test_an_act_is_one_json_object(workspace: Workspace, body: str, content_type: str, status: int) -> None:
    answer = requests.post(
        f"{workspace.url}/page/act", data=body, headers={"Content-Type": content_type}, timeout=5
    )

    assert answer.status_code == status


def test_nothing_on_the_page_may_run_but_its_own_files(workspace: Workspace) -> None:
    answer = requests.get(f"{workspace.url}/", timeout=5)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_permalink_opens_the_page_at_its_message(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    reply = client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts)["ts"]
    link = client.chat_getPermalink(channel="C0FEEDBACK", message_ts=reply)["permalink"]

    answer = requests.get(link, timeout=5, allow_redirects=False)

    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["channel"] == ["C0FEEDBACK"]
    assert asked["message"] == [f"p{reply.replace('.', '')}"]
    assert asked["thread_ts"] == [ts]


@pytest.mark.parametrize("path", ["../server.py", "%2e%2e/server.py", "..%2fserver.py", "nothing.js"])
def test_only_the_files_of_the_page_are_served(workspace: Workspace, path: str) -> None:
    prepared = requests.Request("GET", f"{workspace.url}/page/").prepare()
    prepared.url = f"{workspace.url}/page/{path}"

    with requests.Session() as session:
        assert session.send(prepared, timeout=5).status_code == 404
