"""Socket Mode: the way in that needs no public address."""

import contextlib
import socket

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.slack.client import call


def open_socket(app: App, app_token: str) -> SocketModeHandler:
    """Let Slack deliver to the app; raises SlackRefused or SlackBusy. Once open it keeps itself open."""
    handler = SocketModeHandler(app, app_token)
    try:
        call(handler.connect)
    except BaseException:
        close_socket(handler)
        raise
    return handler


def close_socket(handler: SocketModeHandler) -> None:
    """Finish and acknowledge what was begun, take nothing new, and go.

    The SDK's own close waits until a silent socket says something, seconds; so its reading is ended first.
    """
    client = handler.client
    client.closed = True
    client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
    client.message_workers.shutdown()
    if client.current_session is not None and client.current_session.sock is not None:
        with contextlib.suppress(OSError):  # the far end may be gone
            client.current_session.sock.shutdown(socket.SHUT_RDWR)
    handler.close()  # type: ignore[no-untyped-call]
