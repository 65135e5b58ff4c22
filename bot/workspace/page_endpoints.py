"""What the page asks of the server: its files, how things stand, a live feed, and acts."""

import asyncio
import contextlib
import json
from dataclasses import asdict
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace import acts, messages
from bot.workspace.api import json_response
from bot.workspace.conversations import Conversation, ConversationKind, Json
from bot.workspace.errors import ActError
from bot.workspace.live import Frames
from bot.workspace.page_acts import act
from bot.workspace.people import BOT_USER, PEOPLE, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from bot.workspace.team import Team

PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'self'; img-src 'self' data: http: https:; connect-src 'self' ws:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
HISTORY_SHOWN = 300


class Page:
    """Serves the page of one team."""

    def __init__(self, team: Team) -> None:
        self._team = team

    async def index(self, _request: Request) -> Response:
        """The page itself."""
        return _file(PAGE / "index.html")

    async def asset(self, request: Request) -> Response:
        """A file of the page."""
        path = (PAGE / request.path_params["path"]).resolve()
        if not path.is_relative_to(PAGE):
            return PlainTextResponse("not here", 404)
        return _file(path)

    async def state(self, request: Request) -> Response:
        """Everything that a page needs to begin, for one person."""
        user = request.query_params.get("as") or PEOPLE[0].id
        if user not in self._team.state.users:
            return json_response({"ok": False, "error": "user_not_found"}, 404)
        return json_response(describe_all(self._team, user))

    async def history(self, request: Request) -> Response:
        """The messages of a conversation or a thread, as one person sees them."""
        asked = request.query_params
        try:
            conversation = acts.find_place(self._team, asked.get("as", ""), asked.get("channel", ""))
        except ActError as refusal:
            return json_response({"ok": False, "error": refusal.error, "message": refusal.message}, 404)
        shown = _seen(self._team, conversation, asked["as"], asked.get("thread_ts"))
        return json_response({"messages": shown})

    async def live(self, websocket: WebSocket) -> None:
        """Send frames until the page goes away."""
        user = websocket.query_params.get("as", "")
        if user not in self._team.state.users or not _same_origin(websocket):
            await websocket.close(1008)
            return
        frames = self._team.live.open_page(
            user
        )  # what happens from now on is told, however long opening takes
        await websocket.accept()
        frames.put_nowait({"type": "wires", "wires": list(self._team.live.wires)})
        stack = [view.shown() for view in self._team.modals.stack(user)]
        frames.put_nowait({"type": "views", "stack": stack})
        sending = asyncio.create_task(_send(websocket, frames))
        try:
            with contextlib.suppress(WebSocketDisconnect):
                while True:
                    await websocket.receive_text()
        finally:
            sending.cancel()
            self._team.live.close_page(user, frames)

    async def act(self, request: Request) -> Response:
        """Let a person do something."""
        if not request.headers.get("content-type", "").startswith("application/json"):
            return json_response({"ok": False, "error": "invalid_post_type", "message": "Send JSON."}, 415)
        try:
            asked = json.loads(await request.body())
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return json_response({"ok": False, "error": "invalid_json", "message": "Send one object."}, 400)
        return json_response(await act(self._team, asked))


def describe_all(team: Team, user: str) -> Json:
    """How the workspace stands, for one person."""
    state, manifest = team.state, team.manifest
    people = [state.users[person.id] for person in PEOPLE]
    return {
        "me": state.users[user],
        "team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN},
        "people": people,
        "users": list(state.users.values()),
        "usergroups": list(state.usergroups.values()),
        "channels": [messages.describe_channel(place, user) for place in _seen_places(team, user)],
        "commands": [asdict(command) for command in manifest.commands.values()],
        "shortcuts": [asdict(shortcut) for shortcut in manifest.shortcuts.values()],
        "bot": {"user_id": BOT_USER, "name": manifest.bot_name},
        "home": state.homes.get(user),
        "faults": team.faults.describe(),
        "pacing": team.pacer.pacing,
        "paused": False,
    }


def _seen_places(team: Team, user: str) -> list[Conversation]:
    return [
        place
        for place in team.state.conversations.values()
        if place.kind is ConversationKind.CHANNEL or user in place.members
    ]


def _seen(team: Team, conversation: Conversation, user: str, thread_ts: str | None) -> list[Json]:
    if thread_ts:
        stored = conversation.thread(thread_ts)
    else:
        stored = [conversation.messages[ts] for ts in conversation.roots[-HISTORY_SHOWN:]]
    own = team.ephemerals.get(user, {}).values()
    fleeting = [
        message
        for channel, message in own
        if channel == conversation.id and message.get("thread_ts") == thread_ts
    ]
    together = sorted([*stored, *fleeting], key=lambda message: message["ts"])
    return [messages.on_page(team, conversation, message) for message in together]


def _file(path: Path) -> Response:
    if not path.is_file() or path.suffix not in TYPES:
        return PlainTextResponse("not here", 404, SAFE)
    return FileResponse(path, media_type=TYPES[path.suffix], headers=SAFE)


def _same_origin(websocket: WebSocket) -> bool:
    """Another site that a browser has open must not listen here."""
    origin = websocket.headers.get("origin")
    return origin is None or origin.partition("://")[2] == websocket.headers.get("host")


async def _send(websocket: WebSocket, frames: Frames) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await websocket.send_text(json.dumps(await frames.get()))
