"""Bots for the workspace's tests: Bolt apps that keep what they were told."""

import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
        self._door: HttpDoor | None = None

    def listen(self) -> None:
        """Open an address for signed HTTP, and let the workspace deliver there."""
        self._door = HttpDoor(self.app)
        self._door.open()
        self.workspace.deliver_to(self._door.url)

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
        if self._door is not None:
            self._door.close()

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


class HttpDoor:
    """A web server on a free port, in a thread of its own, before a Bolt app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/slack/events"
        web = Starlette(routes=[Route("/slack/events", self._take, methods=["POST"])])
        config = uvicorn.Config(web, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def open(self) -> None:
        """Serve; what comes before the server runs waits in the socket."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    async def _take(self, request: Request) -> Response:
        asked = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(self._app.dispatch, asked))


OTHER_EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_archive",
    "dnd_updated_user",
    "member_joined_channel",
    "reaction_added",
    "subteam_members_changed",
    "subteam_updated",
    "user_change",
)


ANY = re.compile(".*")


def _take(ack: Ack) -> None:
    ack()


def _is_event(body: Json, kind: str, subtype: str | None) -> bool:
    event = body.get("event", {})
    return bool(event.get("type") == kind and event.get("subtype") == subtype)
