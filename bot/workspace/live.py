"""What open pages are told as it happens, and the record of everything said between bot and Slack."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.workspace.conversations import Json

WIRES_KEPT = 200
CALLS_KEPT = 5_000

Frames = asyncio.Queue[Json]


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call: what was asked and what was answered."""

    method: str
    arguments: Json
    response: Json
    status: int
    at: datetime


class Live:
    """Sends frames to the pages of each person, and keeps the last exchanges with the bot."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pages: dict[str, list[Frames]] = {}
        self._numbered = 0
        self.wires: deque[Json] = deque(maxlen=WIRES_KEPT)
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.on_change: Callable[[], None] = lambda: None

    def open_page(self, user: str) -> Frames:
        """A queue that receives what this person should see from now on."""
        frames: Frames = asyncio.Queue()
        self._pages.setdefault(user, []).append(frames)
        return frames

    def close_page(self, user: str, frames: Frames) -> None:
        """Stop filling a queue."""
        self._pages[user].remove(frames)

    def has_page(self, user: str) -> bool:
        """Whether anybody looks as this person: frames for nobody need not be built."""
        return bool(self._pages.get(user))

    def people(self) -> list[str]:
        """Everybody who has a page open."""
        return [user for user, pages in self._pages.items() if pages]

    def tell(self, user: str, frame: Json) -> None:
        """Send a frame to the pages of one person."""
        for frames in self._pages.get(user, ()):
            frames.put_nowait(frame)

    def tell_all(self, frame: Json) -> None:
        """Send a frame to every page."""
        for user in self._pages:
            self.tell(user, frame)

    def changed(self) -> None:
        """Wake whoever waits for something to come about."""
        self.on_change()

    def wire(self, direction: str, what: str, *, summary: str, status: str, body: Any) -> None:
        """Keep one exchange with the bot, and show it to every page."""
        self._numbered += 1
        entry: Json = {
            "type": "wire",
            "n": self._numbered,
            "at": round(self._now().timestamp() * 1000),
            "direction": direction,
            "what": what,
            "summary": summary,
            "status": status,
            "body": body,
        }
        self.wires.append(entry)
        self.tell_all(entry)
