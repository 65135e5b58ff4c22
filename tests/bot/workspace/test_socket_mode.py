"""Socket Mode: hello, envelopes and their acknowledgement, redelivery, disconnects, several sockets."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.sync.client import connect

from bot.workspace.errors import ActError
from bot.workspace.limits import Timing
from bot.workspace.server import Workspace
from bot.workspace.socket_mode import WARNED_BEFORE

Json = dict[str, Any]

HURRIED = Timing(
    acknowledge_within=timedelta(milliseconds=150),
    event_retries=(timedelta(), timedelta(minutes=1), timedelta(minutes=5)),
)


class Listener:
    """The SDK's own socket client, keeping every frame; it acknowledges only when it is told to."""

    def __init__(self, workspace: Workspace, *, acknowledges: bool) -> None:
        self.workspace = workspace
        self.frames: list[Json] = []
        self.payload: Json | None = None
        self._acknowledges = acknowledges
        web = WebClient(workspace.app_token, base_url=workspace.api_url, retry_handlers=[])
        self.client = SocketModeClient(workspace.app_token, web_client=web, ping_interval=60)
        self.client.on_message_listeners.append(self._keep)
        self.client.socket_mode_request_listeners.append(self._answer)

    def connect(self) -> None:
        """Open a socket and wait for the hello."""
        self.client.connect()
        self.workspace.until(lambda: self.of_type("hello"))

    def close(self) -> None:
        """Close the socket; the SDK would wait for a silent socket and for an empty queue, seconds each."""
        self.client.auto_reconnect_enabled = False
        self.workspace.cut_sockets()
        self.workspace.until(lambda: not self.client.is_connected())
        self.client.message_processor.event.set()
        self.client.enqueue_message("{}")
        self.client.close()

    def of_type(self, kind: str) -> list[Json]:
        """The frames of one type."""
        return [frame for frame in self.frames if frame.get("type") == kind]

    def acknowledge(self, envelope: Json) -> None:
        """Acknowledge an envelope now."""
        self.client.send_socket_mode_response(SocketModeResponse(envelope["envelope_id"]))

    def _keep(self, raw: str) -> None:
        self.frames.append(json.loads(raw))

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._acknowledges:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.payload))


@pytest.fixture
def hurried(open_workspace: Callable[..., Workspace]) -> Workspace:
    """A workspace that waits less long for an acknowledgement."""
    return open_workspace(timing=HURRIED)


@pytest.fixture
def silent(hurried: Workspace) -> Iterator[Listener]:
    """A socket that acknowledges nothing by itself."""
    listener = Listener(hurried, acknowledges=False)
    listener.connect()
    yield listener
    listener.close()


@pytest.fixture
def listener(hurried: Workspace) -> Iterator[Listener]:
    """A socket that acknowledges everything at once."""
    listener = Listener(hurried, acknowledges=True)
    listener.connect()
    yield listener
    listener.close()


def test_hello_says_what_slacks_hello_says(listener: Listener, shared_material: Path) -> None:
    recorded = json.loads(
        (shared_material / "payloads/5-slack/java/hello__MockSocketMode_10.json").read_text()
    )

    hello = listener.of_type("hello")[0]

    assert hello.keys() == recorded.keys()
    assert hello["debug_info"].keys() == recorded["debug_info"].keys()
    assert hello["connection_info"] == {"app_id": "A0RECOVERY"}
    assert hello["num_connections"] == 1


def test_an_event_travels_in_an_envelope_like_slacks(
    hurried: Workspace, listener: Listener, shared_material: Path
) -> None:
    file = shared_material / "payloads/5-slack/java/events_api__MockSocketMode_12.json"
    recorded = json.loads(file.read_text())
    hurried.say("U0ANA", "#feedback", "Hello")

    envelope = hurried.until(lambda: listener.of_type("events_api"))[0]

    assert envelope.keys() == recorded.keys()
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert envelope["accepts_response_payload"] is False


def test_an_event_is_sent_once_when_it_is_acknowledged(hurried: Workspace, listener: Listener) -> None:
    hurried.say("U0ANA", "#feedback", "Hello")
    hurried.until(lambda: hurried.on_the_way() == 0)

    assert len(listener.of_type("events_api")) == 1


def test_an_event_is_sent_again_until_it_is_acknowledged(hurried: Workspace, silent: Listener) -> None:
    hurried.say("U0ANA", "#feedback", "Hello")
    first, second = hurried.until(lambda: silent.of_type("events_api")[1:] and silent.of_type("events_api"))
    silent.acknowledge(second)
    hurried.until(lambda: hurried.on_the_way() == 0)

    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert second["envelope_id"] != first["envelope_id"]
    assert second["payload"]["event_id"] == first["payload"]["event_id"]


def test_an_event_is_given_up_after_three_retries(hurried: Workspace, silent: Listener) -> None:
    hurried.say("U0ANA", "#feedback", "Hello")
    hurried.until(lambda: len(silent.of_type("events_api")) == 2)
    hurried.until(lambda: _times_out(hurried, 2))
    hurried.move_clock(timedelta(minutes=1))
    hurried.until(lambda: _times_out(hurried, 3))
    hurried.move_clock(timedelta(minutes=5))

    hurried.until(lambda: hurried.on_the_way() == 0)

    assert [frame["retry_attempt"] for frame in silent.of_type("events_api")] == [0, 1, 2, 3]


def test_an_event_waits_for_a_bot_that_comes_back(hurried: Workspace) -> None:
    hurried.say("U0ANA", "#feedback", "Is anybody there?")
    hurried.until(lambda: len(_told(hurried, "message")) == 2)
    listener = Listener(hurried, acknowledges=True)
    listener.connect()
    hurried.move_clock(timedelta(minutes=1))

    envelope = hurried.until(lambda: listener.of_type("events_api"))[0]
    listener.close()

    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (2, "connection_failed")


def test_a_command_without_an_answer_in_time_fails(hurried: Workspace, silent: Listener) -> None:
    with pytest.raises(ActError, match="operation_timeout"):
        hurried.command("U0ANA", "#feedback", "/recovery list")

    assert len(hurried.until(lambda: silent.of_type("slash_commands"))) == 1


def test_a_command_may_be_answered_in_its_acknowledgement(hurried: Workspace, listener: Listener) -> None:
    listener.payload = {"text": "At once"}

    hurried.command("U0ANA", "#feedback", "/recovery list")

    assert listener.of_type("slash_commands")[0]["accepts_response_payload"] is True
    assert hurried.ephemerals("U0ANA")[0]["text"] == "At once"


def test_each_envelope_goes_to_one_of_the_sockets(hurried: Workspace, listener: Listener) -> None:
    second = Listener(hurried, acknowledges=True)
    second.connect()
    hurried.say("U0ANA", "#feedback", "One")
    hurried.say("U0ANA", "#feedback", "Two")
    hurried.until(lambda: hurried.on_the_way() == 0)

    counts = [len(one.of_type("events_api")) for one in (listener, second)]
    second.close()

    assert counts == [1, 1]
    assert second.of_type("hello")[0]["num_connections"] == 2


def test_a_warning_leaves_the_socket_open(hurried: Workspace) -> None:
    with connect(_socket_address(hurried)) as socket:
        hello = json.loads(socket.recv(5))
        hurried.refresh_sockets("warning")
        hurried.say("U0ANA", "#feedback", "Still there?")

        types = [hello["type"], *(json.loads(socket.recv(5))["type"] for _ in range(2))]

    assert types == ["hello", "disconnect", "events_api"]


def test_a_socket_is_warned_and_then_renewed_when_it_is_old(open_workspace: Callable[..., Workspace]) -> None:
    workspace = open_workspace(timing=Timing(socket_lives=WARNED_BEFORE))
    with connect(_socket_address(workspace)) as socket:
        hello, warning = (json.loads(socket.recv(5)) for _ in range(2))

    assert hello["debug_info"]["approximate_connection_time"] == 10
    assert (warning["type"], warning["reason"]) == ("disconnect", "warning")


def test_a_bot_that_is_asked_to_refresh_connects_anew_and_loses_nothing(
    hurried: Workspace, listener: Listener
) -> None:
    hurried.refresh_sockets()
    hurried.until(lambda: listener.of_type("hello")[1:])

    hurried.say("U0ANA", "#feedback", "Still there?")

    hurried.until(lambda: listener.of_type("events_api"))
    assert listener.of_type("disconnect")[0]["reason"] == "refresh_requested"


def test_a_cut_socket_makes_what_it_held_come_again(hurried: Workspace, silent: Listener) -> None:
    hurried.say("U0ANA", "#feedback", "Hello")
    hurried.until(lambda: silent.of_type("events_api"))

    hurried.cut_sockets()

    hurried.until(lambda: "connection_failed" in _told(hurried, "message"))


def test_an_eleventh_socket_is_refused(hurried: Workspace) -> None:
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(connect(_socket_address(hurried))) for _ in range(11)]
        frames = [json.loads(socket.recv(5)) for socket in sockets]

    assert [frame["type"] for frame in frames] == ["hello"] * 10 + ["disconnect"]
    assert frames[10]["reason"] == "too_many_websockets"


def test_a_ticket_opens_one_socket(hurried: Workspace) -> None:
    url = _socket_address(hurried)

    with connect(url) as first, connect(url) as second:
        frames = [json.loads(socket.recv(5)) for socket in (first, second)]

    assert [frame["type"] for frame in frames] == ["hello", "disconnect"]
    assert frames[1]["reason"] == "link_disabled"


def _socket_address(workspace: Workspace) -> str:
    client = WebClient(base_url=workspace.api_url, retry_handlers=[])
    return str(client.apps_connections_open(app_token=workspace.app_token)["url"])


def _told(workspace: Workspace, what: str) -> list[str]:
    return [wire["status"] for wire in workspace.wires() if wire["what"] == what]


def _times_out(workspace: Workspace, times: int) -> bool:
    return _told(workspace, "message").count("timeout") == times
