"""Socket Mode: the bot opens websockets, and each envelope goes to one of them."""

import asyncio
import json
from datetime import timedelta

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.clock import Ids
from bot.workspace.conversations import Json
from bot.workspace.delivery import NotDelivered, Parcel, ParcelKind
from bot.workspace.limits import SOCKETS, Timing
from bot.workspace.people import APP_ID

POLICY_VIOLATION = 1008
WARNED_BEFORE = timedelta(seconds=10)


class _Socket:
    """One open websocket of the bot, and the envelopes that it has not acknowledged."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.waiting: dict[str, asyncio.Future[Json | None]] = {}

    async def send(self, frame: Json) -> None:
        await self.websocket.send_text(json.dumps(frame))

    def acknowledge(self, frame: Json) -> None:
        answered = self.waiting.pop(frame.get("envelope_id", ""), None)
        if answered is not None and not answered.done():
            answered.set_result(frame.get("payload"))

    def lose(self) -> None:
        for answered in self.waiting.values():
            if not answered.done():
                answered.set_exception(NotDelivered("connection_failed"))


class SocketMode:
    """The open sockets of the app, and the tickets with which it may open more."""

    def __init__(self, ids: Ids, timing: Timing) -> None:
        self._ids = ids
        self._timing = timing
        self._sockets: list[_Socket] = []
        self._tickets: set[str] = set()
        self._turn = 0

    @property
    def open_sockets(self) -> int:
        """How many sockets the bot has open."""
        return len(self._sockets)

    def issue_ticket(self) -> str:
        """A ticket for one connection, as apps.connections.open hands it out."""
        ticket = self._ids.next("ticket-")
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """Keep one connection of the bot until either side ends it."""
        await websocket.accept()
        ticket = websocket.query_params.get("ticket", "")
        refusal = self._refusal(ticket)
        if refusal:
            await websocket.send_text(json.dumps(_disconnect(refusal)))
            await websocket.close(POLICY_VIOLATION)
            return
        self._tickets.discard(ticket)
        socket = _Socket(websocket)
        await socket.send(self._hello())
        self._sockets.append(socket)
        aging = asyncio.create_task(self._grow_old(socket))
        try:
            await self._listen(socket)
        finally:
            aging.cancel()
            self._leave(socket)

    async def bring(self, parcel: Parcel, within: timedelta) -> Json | None:
        """Send an envelope to one of the sockets and wait for its acknowledgement."""
        socket = self._next_socket()
        envelope_id = self._ids.next("envelope-")
        answered: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        socket.waiting[envelope_id] = answered
        try:
            await socket.send(_envelope(envelope_id, parcel))
            return await asyncio.wait_for(answered, within.total_seconds())
        except TimeoutError:
            raise NotDelivered("timeout") from None
        except (RuntimeError, WebSocketDisconnect):
            raise NotDelivered("connection_failed") from None
        finally:
            socket.waiting.pop(envelope_id, None)

    async def close(self) -> None:
        """End every connection."""
        await self.cut()

    async def cut(self) -> None:
        """End every connection without a word."""
        for socket in list(self._sockets):
            self._leave(socket)
            await _close(socket.websocket)

    async def ask_to_reconnect(self, reason: str) -> None:
        """Announce the end of every connection: `warning` leaves it open, `refresh_requested` ends it."""
        for socket in list(self._sockets):
            await self._ask_to_leave(socket, reason)

    async def _listen(self, socket: _Socket) -> None:
        try:
            while True:
                socket.acknowledge(json.loads(await socket.websocket.receive_text()))
        except (WebSocketDisconnect, RuntimeError, ValueError):
            return

    async def _grow_old(self, socket: _Socket) -> None:
        await asyncio.sleep((self._timing.socket_lives - WARNED_BEFORE).total_seconds())
        await self._ask_to_leave(socket, "warning")
        await asyncio.sleep(WARNED_BEFORE.total_seconds())
        await self._ask_to_leave(socket, "refresh_requested")

    async def _ask_to_leave(self, socket: _Socket, reason: str) -> None:
        """After anything but a warning the socket still takes acknowledgements, but gets nothing new."""
        await socket.send(_disconnect(reason))
        if reason != "warning" and socket in self._sockets:
            self._sockets.remove(socket)

    def _refusal(self, ticket: str) -> str:
        if ticket not in self._tickets:
            return "link_disabled"
        return "too_many_websockets" if len(self._sockets) >= SOCKETS else ""

    def _next_socket(self) -> _Socket:
        if not self._sockets:
            raise NotDelivered("connection_failed")
        self._turn += 1
        return self._sockets[self._turn % len(self._sockets)]

    def _leave(self, socket: _Socket) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)
        socket.lose()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets) + 1,
            "debug_info": {
                **_debug_info(),
                "build_number": 1,
                "approximate_connection_time": int(self._timing.socket_lives.total_seconds()),
            },
            "connection_info": {"app_id": APP_ID},
        }


def _debug_info() -> Json:
    return {"host": "applink-local"}


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": _debug_info()}


def _envelope(envelope_id: str, parcel: Parcel) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "payload": parcel.body,
        "type": parcel.kind,
        "accepts_response_payload": parcel.kind is not ParcelKind.EVENT,
    }
    if parcel.kind is ParcelKind.EVENT:
        envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
    return envelope


async def _close(websocket: WebSocket) -> None:
    try:
        await websocket.close()
    except RuntimeError:
        return
