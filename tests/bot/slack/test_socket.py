"""The connection to Slack keeps itself open: asked to move, closed, or gone without a word."""

import logging
import random
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from threading import Event, Thread

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.client import SlackBusy, SlackRefused
from bot.slack.socket import close_socket, open_socket
from bot.workspace.server import Workspace
from tests.builders import ANA
from tests.scenarios.processes import until

CHANNEL = "C0DELIVERY"


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(Workspace.refresh_sockets, id="Slack asks for a new one"),
        pytest.param(Workspace.cut_sockets, id="Slack closes it"),
    ],
)
def test_a_new_connection_is_heard_at_once(workspace: Workspace, lose: Callable[[Workspace], None]) -> None:
    with ExitStack() as stack:
        client = open_socket(an_app(workspace.api_url), Workspace.app_token)
        stack.callback(close_socket, client)

        lose(workspace)

        until(lambda: is_answered(workspace.url), within=timedelta(seconds=20))


def test_a_slack_that_was_gone_without_a_word_is_heard_when_it_is_back(slack: "Slack") -> None:
    with ExitStack() as stack:
        client = open_socket(an_app(f"{slack.url}/api/"), Workspace.app_token)
        stack.callback(close_socket, client)

        slack.is_gone()
        until(lambda: not client.is_connected())
        slack.is_back()

        until(lambda: is_answered(slack.url))


def test_a_connection_can_be_closed_while_it_is_just_beginning_to_be_read(
    workspace: Workspace, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    app = an_app(workspace.api_url)
    begins, is_closing = Event(), Event()

    def wait_once_it_begins(record: logging.LogRecord) -> bool:
        if record.getMessage().startswith("Starting to receive"):  # then the SDK notes that it is not over
            begins.set()
            is_closing.wait(timeout=60)
        return True

    caplog.set_level(logging.INFO, app.logger.name)
    app.logger.addFilter(wait_once_it_begins)
    request.addfinalizer(lambda: app.logger.removeFilter(wait_once_it_begins))
    client = open_socket(app, Workspace.app_token)
    assert begins.wait(timeout=60)
    state = client.current_session_state
    closing = Thread(target=close_socket, args=[client], daemon=True)

    closing.start()
    until(lambda: state.terminated)
    is_closing.set()

    closing.join(timeout=60)
    assert not closing.is_alive()


def test_a_slack_that_is_away_is_told_apart_from_one_that_refuses(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        nowhere = f"http://127.0.0.1:{nobody.getsockname()[1]}/api/"

    with pytest.raises(SlackRefused, match="invalid_auth"):
        open_socket(an_app(workspace.api_url), "xapp-somebody-else")
    with pytest.raises(SlackBusy, match="no answer"):
        open_socket(an_app(nowhere), Workspace.app_token)


@pytest.fixture
def slack() -> Iterator["Slack"]:
    """A local Slack in a process of its own."""
    slack = Slack()
    slack.is_back()
    yield slack
    slack.is_gone()


class Slack:
    """It can be killed, and comes back at the same address."""

    def __init__(self) -> None:
        self._port = random.choice(range(20_000, 32_000))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}"

    def is_back(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "bot.workspace", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(lambda: is_there(self.url))

    def is_gone(self) -> None:
        """Kill it: the system ends its connections."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def an_app(api_url: str) -> App:
    """A bot that answers its command."""
    client = WebClient(Workspace.bot_token, base_url=api_url, retry_handlers=[])
    app = App(client=client, signing_secret="none-is-needed", token_verification_enabled=False)

    @app.command("/recovery")
    def answer(ack: Ack) -> None:
        ack("Here I am.")

    return app


def is_there(url: str) -> bool:
    """Whether a workspace answers."""
    try:
        return httpx.get(f"{url}/page/state", timeout=5).is_success
    except httpx.TransportError:
        return False


def is_answered(url: str) -> bool:
    """Whether a command is acknowledged."""
    typed = {"as": ANA, "do": "say", "channel": CHANNEL, "text": "/recovery help"}
    return bool(httpx.post(f"{url}/page/act", json=typed, timeout=10).json()["ok"])
