"""Socket Mode: the way in that needs no public address."""

import contextlib
import socket
import time
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.client import call

LOOK_EVERY_SECONDS = 5
"""So often the connection is tried, and opened anew where it is gone."""
LISTEN_FOR_SECONDS = 0.2
"""So long one reading of a silent connection lasts; whoever replaces it waits for its end."""
LOOK_AGAIN_SECONDS = 0.05
"""So often it is looked whether the reading has ended that was told to."""


def open_socket(app: App, app_token: str) -> SocketModeClient:
    """Let Slack deliver to the app; raises SlackRefused or SlackBusy. Once open it keeps itself open."""

    def take(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        send_response(client, request, run_bolt_app(app, request), began)

    client = _Client(
        app_token=app_token, web_client=app.client, logger=app.logger, ping_interval=LOOK_EVERY_SECONDS
    )
    client.socket_mode_request_listeners.append(take)
    try:
        call(client.connect)
    except BaseException:
        close_socket(client)
        raise
    return client


def close_socket(client: SocketModeClient) -> None:
    """Finish and acknowledge what was begun, take nothing new, and go."""
    client.closed = True
    client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
    client.enqueue_message("{}")  # wakes who waits for the next message, to see that there will be none
    client.message_processor.shutdown()  # type: ignore[no-untyped-call]
    client.message_workers.shutdown()
    client.current_session_state.terminated = True
    line: object = client.current_session.sock if client.current_session is not None else None
    if isinstance(line, _Line):
        line.let_go()
    _end_reading(client)
    client.close()


def _end_reading(client: SocketModeClient) -> None:
    """Until it has ended: where a connection is just beginning to be read, the SDK takes back that it is
    over, and would read what is closed for ever.
    """
    reading = client.current_session_runner
    reading.event.set()
    while reading.is_alive():
        client.current_session_state.terminated = True
        reading.thread.join(LOOK_AGAIN_SECONDS)


class _Client(SocketModeClient):
    """The SDK's client without its pauses.

    A new connection stood unheard until the old one had been silent for three seconds; Slack's own patience
    is no longer. One that Slack closed was replaced after up to ten. One that ended without a word was read
    again and again, at full speed, for most of a minute.
    """

    def connect(self) -> None:
        """Open a connection, and hear it at once."""
        super().connect()
        session = self.current_session
        if session is not None and session.sock is not None:
            session.sock.settimeout(LISTEN_FOR_SECONDS)
            session.sock = _Line(session.sock)  # type: ignore[assignment]

    def _on_close(self, code: int, reason: str | None = None) -> None:
        self.disconnect()  # as long as the dead one is there, nothing is connected anew
        super()._on_close(code, reason)


class _Line:
    """A socket whose end is an error, as those who read it expect."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self._is_let_go = False

    def recv(self, size: int) -> bytes:
        """What came; raises ConnectionResetError at the end, TimeoutError where we wanted it."""
        received = self._real.recv(size)
        if not received and self._is_let_go:
            raise TimeoutError("nothing is read any more")
        if not received:
            raise ConnectionResetError("the connection has ended")
        return received

    def let_go(self) -> None:
        """Whoever reads it stops at once instead of at the end of its time; it can be closed then."""
        self._is_let_go = True
        with contextlib.suppress(OSError):  # it has ended already
            self._real.shutdown(socket.SHUT_RD)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
