"""Bots for the workspace's tests: Bolt apps that keep what they were told."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.workspace.server import Workspace

Json = dict[str, Any]


class HearingBot:
    """A Bolt app that acknowledges everything and keeps it; tests give it listeners of their own."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.client = WebClient(workspace.bot_token, base_url=workspace.api_url, retry_handlers=[])
        self.app = App(
            client=self.client,
            signing_secret=workspace.signing_secret,
            ignoring_self_events_enabled=False,
            raise_error_for_unhandled_request=False,
        )
        self.heard: list[Json] = []
        self.headers: list[dict[str, Any]] = []
        self.app.middleware(self._keep)
        self._handler: SocketModeHandler | None = None

    def connect(self) -> None:
        """Open a socket."""
        self._handler = SocketModeHandler(self.app, self.workspace.app_token)
        self._handler.connect()
        self.workspace.until(lambda: self.workspace.sockets() > 0)

    def close(self) -> None:
        """Close the socket; the SDK would wait for a silent socket and for an empty queue, seconds each."""
        if self._handler is not None:
            sdk = self._handler.client
            sdk.auto_reconnect_enabled = False
            self.workspace.cut_sockets()
            self.workspace.until(lambda: not sdk.is_connected())
            sdk.message_processor.event.set()
            sdk.enqueue_message("{}")
            self._handler.close()

    def hears_everything(self) -> None:
        """Acknowledge whatever no other listener takes."""
        self.app.event("message")(_take)
        for event in OTHER_EVENTS:
            self.app.event(event)(_take)
        self.app.action(ANY)(_take)
        self.app.view(ANY)(_take)
        self.app.view_closed(ANY)(_take)
        self.app.shortcut(ANY)(_take)
        self.app.command(ANY)(_take)

    def wait_for(self, is_wanted: Callable[[Json], bool]) -> Json:
        """The first body of this kind, as soon as it was heard."""
        return self.workspace.until(lambda: [body for body in self.heard if is_wanted(body)])[0]

    def event(self, kind: str, subtype: str | None = None) -> Json:
        """The first event of a kind, in its envelope, as soon as it was heard."""
        return self.wait_for(lambda body: _is_event(body, kind, subtype))

    def interaction(self, kind: str) -> Json:
        """The first interaction of a kind, as soon as it was heard."""
        return self.wait_for(lambda body: body.get("type") == kind)

    def _keep(self, body: Json, req: BoltRequest, next: Callable[[], None]) -> None:  # noqa: A002
        self.heard.append(body)
        self.headers.append(dict(req.headers))
        next()


OTHER_EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_archive",
    "member_joined_channel",
    "reaction_added",
    "subteam_members_changed",
    "user_change",
)


ANY = re.compile(".*")


def _take(ack: Ack) -> None:
    ack()


def _is_event(body: Json, kind: str, subtype: str | None) -> bool:
    event = body.get("event", {})
    return bool(event.get("type") == kind and event.get("subtype") == subtype)
