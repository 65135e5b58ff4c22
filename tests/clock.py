"""A clock for tests: it shows what it is told."""

from datetime import UTC, datetime, timedelta

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class TestClock:
    """Stands still until it is moved."""

    __test__ = False

    def __init__(self, at: datetime = MONDAY_MORNING) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return self._at

    def forward(self, by: timedelta) -> datetime:
        """Let that much time pass."""
        self._at += by
        return self._at
