"""The front door of the Web API: tokens, scopes, bodies, unknown methods, and answers like Slack's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.manifest import DEFAULT_MANIFEST
from bot.workspace.server import Workspace

Json = dict[str, Any]


def client_with(workspace: Workspace, token: str | None) -> WebClient:
    return WebClient(token, base_url=workspace.api_url, retry_handlers=[])


def error_of(call: SlackApiError) -> str:
    return str(call.response["error"])


def test_a_call_without_a_token_is_not_authed(workspace: Workspace) -> None:
    with pytest.raises(SlackApiError, match="not_authed"):
        client_with(workspace, None).auth_test()


def test_an_unknown_token_is_invalid(workspace: Workspace) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        client_with(workspace, "xoxb-somebody-else").auth_test()


def test_a_revoked_token_is_told_apart_from_an_unknown_one(workspace: Workspace) -> None:
    workspace.revoke(workspace.bot_token)

    with pytest.raises(SlackApiError, match="token_revoked"):
        client_with(workspace, workspace.bot_token).auth_test()


def test_the_app_token_opens_sockets_and_nothing_else(workspace: Workspace) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client_with(workspace, workspace.app_token).chat_postMessage(channel="#feedback", text="Hello")


def test_the_bot_token_opens_no_sockets(workspace: Workspace) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client_with(workspace, workspace.bot_token).apps_connections_open(app_token=workspace.bot_token)


def test_a_method_that_nobody_knows_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("chat.shout")

    assert refused.value.response["error"] == "unknown_method"
    assert refused.value.response["req_method"] == "chat.shout"


@pytest.fixture
def narrow(open_workspace: Callable[..., Workspace], tmp_path: Path) -> Workspace:
    """A workspace whose app may only write messages and read people without their addresses."""
    lines = DEFAULT_MANIFEST.read_text().splitlines()
    kept = [line for line in lines if not _is_scope(line) or line.strip("- ") in ("chat:write", "users:read")]
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text("\n".join(kept))
    return open_workspace(manifest=manifest)


def test_a_call_without_its_scope_names_what_is_needed_and_provided(narrow: Workspace) -> None:
    with pytest.raises(SlackApiError) as refused:
        client_with(narrow, narrow.bot_token).reactions_add(channel="C0CARE", name="eyes", timestamp="1.2")

    answer = refused.value.response
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "reactions:write"
    assert answer["provided"] == "chat:write,commands,users:read"
    assert answer.headers["x-oauth-scopes"] == "chat:write,commands,users:read"


def test_an_address_is_shown_only_with_its_scope(narrow: Workspace, client: WebClient) -> None:
    with_scope = client.users_info(user="U0ANA")["user"]["profile"]
    without = client_with(narrow, narrow.bot_token).users_info(user="U0ANA")["user"]["profile"]

    assert with_scope["email"] == "ana@harbourpine.example"
    assert "email" not in without


def test_managing_channels_is_not_among_the_scopes_of_the_bot(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="missing_scope"):
        client.conversations_create(name="recovery-returns")


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"channel": "C0FEEDBACK", "text": "Hello"}},
        {"data": {"channel": "C0FEEDBACK", "text": "Hello"}},
        {"files": {"channel": (None, "C0FEEDBACK"), "text": (None, "Hello")}},
    ],
    ids=["json", "form", "multipart"],
)
def test_a_body_is_read_in_every_form(workspace: Workspace, sent: Json) -> None:
    authorised = {"Authorization": f"Bearer {workspace.bot_token}"}

    answer = requests.post(f"{workspace.api_url}chat.postMessage", headers=authorised, timeout=5, **sent)

    assert answer.json()["ok"]
    assert workspace.messages("#feedback")[0]["text"] == "Hello"


def test_a_token_may_stand_in_a_form(workspace: Workspace) -> None:
    answer = requests.post(f"{workspace.api_url}auth.test", data={"token": workspace.bot_token}, timeout=5)

    assert answer.json()["user_id"] == "U0RECOVERY"


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("<a/>", "application/xml", "invalid_post_type"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    workspace: Workspace, body: str, content_type: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {workspace.bot_token}", "Content-Type": content_type}

    answer = requests.post(f"{workspace.api_url}auth.test", data=body, headers=headers, timeout=5)

    assert answer.json() == {"ok": False, "error": error}


def test_a_page_of_another_host_cannot_call_this_one(workspace: Workspace) -> None:
    answer = requests.get(f"{workspace.url}/page/state", headers={"Host": "evil.example"}, timeout=5)

    assert answer.status_code == 400


def test_every_call_is_kept_with_its_answer(workspace: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel="#feedback", text="Hello")

    call = workspace.calls("chat.postMessage")[0]
    assert call.arguments == {"channel": "#feedback", "text": "Hello"}
    assert call.response["ok"]


ANSWERED = {
    "api.test": {},
    "auth.test": {},
    "chat.getPermalink": {"channel": "C0FEEDBACK", "message_ts": "{ts}"},
    "conversations.info": {"channel": "C0FEEDBACK"},
    "conversations.open": {"users": "U0ANA"},
    "conversations.replies": {"channel": "C0FEEDBACK", "ts": "{ts}"},
    "users.list": {"limit": "2"},
    "views.publish": {"user_id": "U0ANA", "view": '{"type": "home", "blocks": []}'},
}
ONLY_FOR_PEOPLE = frozenset(
    {
        "channel.last_read",
        "channel.is_read_only",
        "channel.locale",
        "messages[].last_read",
        "messages[].subscribed",
        "messages[].unread_count",
    }
)
"""What Slack tells people's tokens, or on request."""

CHOSEN = ("view.blocks", "members[].profile", "members[].has_2fa", "response_metadata")


@pytest.mark.parametrize("method", ANSWERED)
def test_an_answer_has_every_field_that_slack_documents(
    client: WebClient, shared_material: Path, method: str
) -> None:
    ts = client.chat_postMessage(channel="#feedback", text="Parent")["ts"]
    client.chat_postMessage(channel="#feedback", text="Reply", thread_ts=ts)
    arguments = {name: value.replace("{ts}", ts) for name, value in ANSWERED[method].items()}
    examples = json.loads((shared_material / "payloads/5-slack/web_api/examples_a.json").read_text())
    documented = next(one["ok_example"] for one in examples if one["method"] == method)

    answer = client.api_call(method, params=arguments).data

    missing = _keys(documented) - _keys(answer) - ONLY_FOR_PEOPLE
    assert {key for key in missing if not key.startswith(CHOSEN)} == set()


def test_every_error_word_for_a_message_is_one_that_slack_documents(shared_material: Path) -> None:
    catalogue = json.loads((shared_material / "payloads/5-slack/web_api/error_catalogue.json").read_text())
    ours = {"channel_not_found", "not_in_channel", "is_archived", "no_text", "msg_blocks_too_long"}

    assert ours | {"invalid_blocks", "invalid_blocks_format", "metadata_too_large"} <= set(
        catalogue["chat.postMessage"]["errors"]
    )


def _is_scope(line: str) -> bool:
    return line.startswith("      - ") and ":" in line and "." not in line.partition(":")[0]


def _keys(value: Any, path: str = "") -> set[str]:
    if isinstance(value, list):
        return set().union(*(_keys(one, f"{path}[]") for one in value), set())
    if not isinstance(value, dict):
        return set()
    below = (_keys(one, f"{path}.{name}" if path else name) for name, one in value.items())
    return {f"{path}.{name}" if path else name for name in value}.union(*below)
