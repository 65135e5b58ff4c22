"""The workspace's time and its ids, both repeatable when the clock is a test's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MICROSECONDS = 1_000_000


def system_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the time, can be moved forward, and gives every message a `ts` of its own."""

    def __init__(self, now: Callable[[], datetime] = system_now) -> None:
        self._now = now
        self._moved_by = timedelta()
        self._last_stamp = 0

    def now(self) -> datetime:
        """The workspace's time, aware, in UTC."""
        return self._now() + self._moved_by

    def seconds(self) -> int:
        """The workspace's time as a Unix timestamp."""
        return int(self.now().timestamp())

    def move(self, by: timedelta) -> None:
        """Let this much time have passed at once."""
        self._moved_by += by

    def stamp(self) -> str:
        """A `ts` that was never given before and is later than every other."""
        self._last_stamp = max(round(self.now().timestamp() * MICROSECONDS), self._last_stamp + 1)
        return f"{self._last_stamp // MICROSECONDS}.{self._last_stamp % MICROSECONDS:06d}"

    def start_after(self, stamp: str) -> None:
        """Never give this `ts` or an earlier one: it was given before a restart."""
        self._last_stamp = max(self._last_stamp, int(stamp.replace(".", "")))


class Ids:
    """Hands out ids that look like Slack's and count up."""

    def __init__(self) -> None:
        self.given = 0

    def next(self, prefix: str) -> str:
        """The next id of a kind: F for a file, V for a view, Ev for an event and so on."""
        self.given += 1
        return f"{prefix}{self.given:09d}"
