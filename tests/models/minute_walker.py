"""A slow second opinion on opening hours: looks at the clock on the wall once for every minute."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from models.policies.opening_hours import OpeningHours
from models.policies.sla_clock import Pause

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Window = tuple[int, int]
"""Minutes since local midnight; one that ends at or before its beginning ends on the next day."""


@dataclass(frozen=True)
class Week:
    """Windows and breaks by weekday, Monday first, and dates on which no shift opens."""

    time_zone: str
    windows: tuple[tuple[Window, ...], ...]
    breaks: tuple[tuple[Window, ...], ...]
    days_off: frozenset[date]

    def hours(self) -> OpeningHours:
        rules = [*self._rules(self.windows, ""), *self._rules(self.breaks, " off")]
        return OpeningHours("; ".join(rules), self.time_zone, days_off=self.days_off)

    @staticmethod
    def _rules(by_weekday: tuple[tuple[Window, ...], ...], ending: str) -> list[str]:
        days = zip(WEEKDAYS, by_weekday, strict=True)
        return [f"{day} {','.join(map(_written, windows))}{ending}" for day, windows in days if windows]

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(self.time_zone))
        today = wall.date()
        minute = wall.hour * 60 + wall.minute
        is_shift = self._is_in(self.windows, today, minute, self.days_off)
        return is_shift and not self._is_in(self.breaks, today, minute, frozenset())

    @staticmethod
    def _is_in(
        by_weekday: tuple[tuple[Window, ...], ...], today: date, minute: int, days_off: frozenset[date]
    ) -> bool:
        yesterday = today - timedelta(days=1)
        begun_today = [] if today in days_off else by_weekday[today.weekday()]
        begun_yesterday = [] if yesterday in days_off else by_weekday[yesterday.weekday()]
        return any(begin <= minute < (end if end > begin else 1440) for begin, end in begun_today) or any(
            end <= begin and minute < end for begin, end in begun_yesterday
        )


def _written(window: Window) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in window)


def counted_minutes(week: Week, start: datetime, pauses: tuple[Pause, ...]) -> Iterator[datetime]:
    """Every minute from `start` on that is open and not paused, by its beginning."""
    minutes = (start + n * MINUTE for n in itertools.count())
    return (at for at in minutes if week.is_open(at) and not _is_paused(pauses, at))


def _is_paused(pauses: tuple[Pause, ...], at: datetime) -> bool:
    return any(pause.span[0] <= at < pause.span[1] for pause in pauses)


def walked_due_at(week: Week, start: datetime, promise: int, pauses: tuple[Pause, ...]) -> datetime:
    """The deadline of a promise in whole minutes."""
    counted = list(itertools.islice(counted_minutes(week, start, pauses), max(promise, 1)))
    return counted[-1] + MINUTE if promise else counted[-1]


def walked_open_time(week: Week, start: datetime, end: datetime, pauses: tuple[Pause, ...]) -> timedelta:
    counted = itertools.takewhile(lambda at: at < end, (start + n * MINUTE for n in itertools.count()))
    return sum((MINUTE for at in counted if week.is_open(at) and not _is_paused(pauses, at)), timedelta(0))


# Weeks and instants to try, most of them near a change of the clocks

CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "America/New_York": ("2026-03-08T07:00Z", "2026-11-01T06:00Z"),
    "Australia/Lord_Howe": ("2026-04-04T15:00Z", "2026-10-03T15:30Z"),  # by half an hour
    "America/Sao_Paulo": ("2018-11-04T03:00Z", "2019-02-17T02:00Z"),  # at midnight
    "Asia/Kathmandu": ("2026-01-01T00:00Z",),  # never, and 5 h 45 min ahead
}

_half_hours = st.integers(0, 47).map(lambda n: n * 30)
_late = st.integers(42, 47).map(lambda n: n * 30)
_breaks = st.tuples(_half_hours | _late, st.integers(1, 6)).map(lambda b: (b[0], (b[0] + b[1] * 30) % 1440))
_windows = st.lists(st.tuples(_half_hours, _half_hours), max_size=2).map(tuple)
_long_window = st.integers(0, 28).map(lambda n: ((n * 30, n * 30 + 540),))


@st.composite
def weeks(draw: st.DrawFn, time_zone: str) -> Week:
    """A desk that is open for nine hours from some half hour on at least one weekday."""
    windows = draw(st.permutations([draw(_long_window), *(draw(_windows) for _ in range(6))]))
    breaks = tuple(draw(st.lists(_breaks, max_size=1).map(tuple)) for _ in WEEKDAYS)
    change = datetime.fromisoformat(CHANGES[time_zone][0]).date()
    days_off = draw(st.frozensets(st.integers(-3, 6), max_size=2))
    return Week(time_zone, tuple(windows), breaks, frozenset(change + timedelta(days=n) for n in days_off))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Week, datetime, tuple[Pause, ...]]:
    """A desk, a start within three days of a change of its clocks, and up to three pauses after it."""
    time_zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[time_zone]))).astimezone(UTC)
    start = change + draw(st.integers(-3 * 1440, 1440) | st.integers(-144, 48).map(lambda n: n * 30)) * MINUTE
    lengths = st.tuples(st.integers(-120, 3000), st.integers(0, 1500))
    pauses = [
        Pause(start + begin * MINUTE, start + (begin + length) * MINUTE)
        for begin, length in draw(st.lists(lengths, max_size=3))
    ]
    return draw(weeks(time_zone)), start, tuple(pauses)
