"""How many calls Slack lets through, by method and by channel: off, as Slack, or stricter."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.workspace.errors import SlackError

MINUTE = timedelta(minutes=1)


class Pacing(StrEnum):
    """How strictly calls are paced."""

    OFF = "off"
    SLACK = "slack"
    STRICT = "strict"


class Tier(IntEnum):
    """Slack's rate tiers, as calls a minute for one method."""

    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    SPECIAL = 600


@dataclass(frozen=True, slots=True)
class Pace:
    """A bucket that holds `burst` calls and fills again with `per_minute` of them."""

    per_minute: int
    burst: int


CHANNEL_PACE = {Pacing.SLACK: Pace(60, 5), Pacing.STRICT: Pace(60, 1)}
"""Messages into one channel: one a second, and under `slack` a short burst passes."""

POSTING_PACE = {Pacing.SLACK: Pace(300, 300), Pacing.STRICT: Pace(100, 10)}
"""Messages into the whole workspace."""


class TooManyCalls(SlackError):
    """The caller has to wait; `retry_after` is in whole seconds, as in the header."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class Pacer:
    """Counts calls and refuses those over the pace."""

    def __init__(self, pacing: Pacing = Pacing.OFF) -> None:
        self.pacing = pacing
        self._buckets: dict[str, _Bucket] = {}

    def set(self, pacing: Pacing) -> None:
        """Change the pacing; what was counted is forgotten."""
        self.pacing = pacing
        self._buckets.clear()

    def take_call(self, method: str, tier: Tier, at: datetime) -> None:
        """Count one call of a method."""
        if self.pacing is not Pacing.OFF:
            per_minute = int(tier) if self.pacing is Pacing.SLACK else max(1, int(tier) // 2)
            self._take(method, Pace(per_minute, per_minute), at)

    def take_message(self, channel: str, at: datetime) -> None:
        """Count one message posted into a channel."""
        if self.pacing is not Pacing.OFF:
            self._take(f"channel {channel}", CHANNEL_PACE[self.pacing], at)
            self._take("messages", POSTING_PACE[self.pacing], at)

    def _take(self, name: str, pace: Pace, at: datetime) -> None:
        bucket = self._buckets.setdefault(name, _Bucket(pace.burst, at))
        filled = bucket.left + (at - bucket.at) / MINUTE * pace.per_minute
        bucket.left, bucket.at = min(filled, pace.burst), at
        if bucket.left < 1:
            raise TooManyCalls(math.ceil((1 - bucket.left) * 60 / pace.per_minute))
        bucket.left -= 1
