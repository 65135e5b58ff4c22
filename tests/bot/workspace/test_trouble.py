"""Faults on request and rate limits: what the caller sees, and what came about all the same."""

import re
from datetime import timedelta

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.pacing import Pacing
from bot.workspace.server import Workspace
from tests.clock import TestClock

SECOND = timedelta(seconds=1)


def post(workspace: Workspace, patience: float = 60.0) -> requests.Response:
    """Said by a program that waits so many seconds for an answer; a busy machine may need more than one."""
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    content = {"channel": "C0FEEDBACK", "text": "Hello"}
    return requests.post(
        f"{workspace.api_url}chat.postMessage", json=content, headers=headers, timeout=patience
    )


def test_a_call_fails_as_often_as_it_was_asked_to(workspace: Workspace, client: WebClient) -> None:
    workspace.fail("chat.postMessage", "internal_error", times=2)

    for_now = [post(workspace).json() for _ in range(3)]

    assert [answer["ok"] for answer in for_now] == [False, False, True]
    assert for_now[0]["error"] == "internal_error"
    assert len(workspace.messages("#feedback")) == 1


def test_another_method_is_left_alone(workspace: Workspace, client: WebClient) -> None:
    workspace.fail("chat.update", "internal_error")

    assert client.chat_postMessage(channel="#feedback", text="Hello")["ok"]


def test_any_method_can_be_meant(workspace: Workspace, client: WebClient) -> None:
    workspace.fail("*", "fatal_error")

    with pytest.raises(SlackApiError, match="fatal_error"):
        client.auth_test()


def test_a_call_over_the_limit_is_told_when_to_come_back(workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "ratelimited", retry_after=timedelta(seconds=30))

    answer = post(workspace)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.json() == {"ok": False, "error": "ratelimited"}
    assert workspace.messages("#feedback") == []


def test_a_dropped_connection_comes_after_the_deed(workspace: Workspace) -> None:
    workspace.drop_after("chat.postMessage")

    with pytest.raises(requests.ConnectionError):
        post(workspace)

    assert len(workspace.messages("#feedback")) == 1


def test_the_sdks_own_retries_post_twice_after_a_dropped_connection(workspace: Workspace) -> None:
    workspace.drop_after("chat.postMessage")
    eager = WebClient(workspace.bot_token, base_url=workspace.api_url)

    eager.chat_postMessage(channel="#feedback", text="Hello")

    assert len(workspace.messages("#feedback")) == 2


def test_a_late_answer_comes_after_the_deed(workspace: Workspace) -> None:
    workspace.late("chat.postMessage", 10 * SECOND)

    with pytest.raises(requests.ReadTimeout):
        post(workspace, patience=2)

    assert len(workspace.messages("#feedback")) == 1


def test_a_call_that_times_out_does_nothing(workspace: Workspace) -> None:
    workspace.timeout("chat.postMessage")

    with pytest.raises(requests.ReadTimeout):
        post(workspace, patience=0.5)

    assert workspace.messages("#feedback") == []


def test_slack_can_be_unavailable_with_a_page_that_is_no_json(workspace: Workspace) -> None:
    workspace.unavailable("chat.postMessage")

    answer = post(workspace)

    assert answer.status_code == 503
    assert "html" in answer.headers["content-type"]


def test_faults_can_be_called_off(workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "internal_error", times=9)

    workspace.clear_faults()

    assert post(workspace).json()["ok"]


def statuses(workspace: Workspace, count: int) -> list[int]:
    return [post(workspace).status_code for _ in range(count)]


def test_without_pacing_everything_passes(workspace: Workspace) -> None:
    assert statuses(workspace, 20) == [200] * 20


def test_a_short_burst_into_a_channel_passes_and_then_one_a_second(
    workspace: Workspace, clock: TestClock
) -> None:
    workspace.set_pacing(Pacing.SLACK)

    burst = statuses(workspace, 6)
    clock.forward(SECOND)
    later = statuses(workspace, 2)

    assert burst == [200] * 5 + [429]
    assert later == [200, 429]


def test_strict_pacing_lets_no_burst_pass(workspace: Workspace) -> None:
    workspace.set_pacing(Pacing.STRICT)

    assert statuses(workspace, 2) == [200, 429]


def test_channels_are_paced_apart_from_each_other(workspace: Workspace, client: WebClient) -> None:
    workspace.set_pacing(Pacing.STRICT)
    statuses(workspace, 1)

    assert client.chat_postMessage(channel="C0CARE", text="Hello")["ok"]


@pytest.mark.parametrize(
    ("method", "a_minute"),
    [("users.list", 20), ("conversations.info", 50), ("users.info", 100)],
)
def test_a_method_is_paced_by_its_tier(
    workspace: Workspace, client: WebClient, clock: TestClock, method: str, a_minute: int
) -> None:
    workspace.set_pacing(Pacing.SLACK)
    arguments = {"user": "U0ANA", "channel": "C0CARE"}
    taken = [client.api_call(method, params=arguments)["ok"] for _ in range(a_minute)]

    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        client.api_call(method, params=arguments)

    assert all(taken)
    assert refused.value.response.headers["Retry-After"] == str(-(-60 // a_minute))
    clock.forward(timedelta(minutes=1))
    assert client.api_call(method, params=arguments)["ok"]


def test_what_went_wrong_is_kept_among_the_calls(workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "internal_error")
    post(workspace)

    assert [call.response["error"] for call in workspace.calls("chat.postMessage")] == ["internal_error"]
    assert re.search("internal_error", workspace.wires()[-1]["status"])
