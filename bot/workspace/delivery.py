"""Brings the bot what happens in the workspace: events with retries, and questions that want an answer."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.workspace.clock import Clock
from bot.workspace.conversations import Json
from bot.workspace.limits import Timing
from bot.workspace.live import Live


class ParcelKind(StrEnum):
    """What a parcel holds, in Socket Mode's words."""

    EVENT = "events_api"
    INTERACTION = "interactive"
    COMMAND = "slash_commands"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to bring to the bot; `attempt` counts the retries before it and `reason` says why."""

    kind: ParcelKind
    body: Json
    attempt: int = 0
    reason: str = ""


class NotDelivered(Exception):
    """The bot did not take a parcel; the reason is Slack's word for a retry."""

    def __init__(self, reason: str, *, may_retry: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_retry = may_retry


class Transport(Protocol):
    """A way to the bot."""

    async def bring(self, parcel: Parcel, within: timedelta) -> Json | None:
        """The bot's answer, None for a bare acknowledgement; raises NotDelivered."""

    async def close(self) -> None:
        """Let go of connections."""


class Alarm:
    """Waits for moments of the workspace's clock, which can be moved."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moved = asyncio.Event()

    def clock_moved(self) -> None:
        """Let everybody who waits look at the clock again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait_until(self, at: datetime) -> None:
        """Return once the workspace's clock says so."""
        while (left := (at - self._clock.now()).total_seconds()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except TimeoutError:
                continue


class Delivery:
    """Chooses the transport, watches the three seconds, and sends events again."""

    def __init__(self, clock: Clock, timing: Timing, live: Live, transport: Transport) -> None:
        self.transport = transport
        self.alarm = Alarm(clock)
        self._clock = clock
        self._timing = timing
        self._live = live
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def on_the_way(self) -> int:
        """How many events are not acknowledged or given up yet."""
        return len(self._tasks)

    def announce(self, body: Json) -> None:
        """Deliver an event; nobody waits for it."""
        self.begin(self._announce(body))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the requests until it ends or the workspace stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def ask(self, kind: ParcelKind, body: Json, *, what: str, summary: str) -> Json | None:
        """Deliver an interaction or a command once, and return what the bot answered within three seconds."""
        return await self._bring(Parcel(kind, body), what, summary)

    async def change_transport(self, transport: Transport) -> None:
        """Go another way to the bot from now on."""
        before, self.transport = self.transport, transport
        await before.close()

    async def close(self) -> None:
        """Stop delivering."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.transport.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._live.changed()

    async def _announce(self, body: Json) -> None:
        event = body["event"]
        what = event.get("subtype") or event["type"]
        parcel = Parcel(ParcelKind.EVENT, body)
        for attempt, pause in enumerate((*self._timing.event_retries, None), start=1):
            try:
                await self._bring(parcel, what, body["event_context"])
            except NotDelivered as failure:
                if pause is None or not failure.may_retry:
                    return
                parcel = Parcel(ParcelKind.EVENT, body, attempt, failure.reason)
                await self.alarm.wait_until(self._clock.now() + pause)
            else:
                return

    async def _bring(self, parcel: Parcel, what: str, summary: str) -> Json | None:
        began = time.monotonic()
        status = "not delivered"
        try:
            answer = await self.transport.bring(parcel, self._timing.acknowledge_within)
            status = f"acknowledged in {round((time.monotonic() - began) * 1000)} ms"
        except NotDelivered as failure:
            status = failure.reason
            raise
        else:
            return answer
        finally:
            self._live.wire("to_bot", what, summary=summary, status=status, body=parcel.body)
