"""One promise against the clock: when it is due, how it stands at a moment, what comes next.

Open time is what the desk's hours leave of real time, less the pauses. Everything here follows from
(start, promise, hours, pauses): nothing is shifted and nothing is kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from models.policies.opening_hours import HORIZON, OpeningHours, Span, in_utc, merged, without
from models.vocabulary import ClockKind, PauseReason, SlaStatus

Threshold = Fraction | float | timedelta
"""When to ping: a share of the promise, above 0 and below 1; or so much open time before it is due."""

STEPS = tuple(timedelta(minutes=left) for left in (60, 30, 15, 10, 5, 2, 1))
"""How long before it is due, in real time, a card says anew how long there is."""

_NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


HELD_BACK = frozenset({ClockKind.UPDATE, ClockKind.RESOLVE})
"""What a pause holds back: whoever waits for a customer has acknowledged and contacted them."""


def holds_back(kind: ClockKind, reason: PauseReason) -> bool:
    """Whether a pause of the case holds back its promise of this kind.

    While it was merged into another, nobody could keep any of them.
    """
    return kind in HELD_BACK or reason is PauseReason.MERGED


@dataclass(frozen=True)
class Pause:
    """Time that does not count: [started_at, ended_at). Open without an end; an end may lie ahead."""

    started_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        begin, end = self.span
        if end < begin:
            raise ValueError(f"the pause of {begin} ends before it starts, at {end}")

    @property
    def span(self) -> Span:
        """In UTC; an open pause ends at the end of time."""
        return in_utc(self.started_at), in_utc(self.ended_at) if self.ended_at else _END_OF_TIME


class MarkKind(StrEnum):
    """What people are told of."""

    PING = "ping"
    BREACH = "breach"


@dataclass(frozen=True)
class Mark:
    """An instant at which people are told something; a breach has no threshold."""

    kind: MarkKind
    at: datetime
    threshold: Threshold | None = None

    @property
    def name(self) -> str:
        """What tells it from the other marks of its clock: "75%", "10 min before" or "breach"."""
        match self.threshold:
            case None:
                return self.kind.value
            case timedelta():
                return f"{self.threshold / _MINUTE:g} min before"
            case share:
                return f"{float(share) * 100:g}%"


@dataclass(frozen=True)
class Clock:
    """One promise running, or stopped at `stopped_at`. Raises ValueError for what cannot be."""

    kind: ClockKind
    started_at: datetime
    promise: timedelta
    hours: OpeningHours
    ping_at: tuple[Threshold, ...] = ()
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_promise(self.promise)
        in_utc(self.started_at)
        in_utc(self.stopped_at or self.started_at)
        for threshold in self.ping_at:
            _check_threshold(threshold)

    @cached_property
    def due_at(self) -> datetime | None:
        """See `due_at`: None while an open pause keeps it from being known."""
        return due_at(self.started_at, self.promise, self.hours, self.pauses)

    def status(self, at: datetime) -> SlaStatus:
        """How it stands at `at`. A breach begins at the due instant; who stops it at that instant kept it.

        Due soon from its last threshold on; never without thresholds. A breach outlasts a later pause.
        """
        at = in_utc(at)
        if self.stopped_at and at >= self.stopped_at:
            return SlaStatus.MISSED if self.due_at and self.stopped_at > self.due_at else SlaStatus.KEPT
        if self.due_at and at >= self.due_at:
            return SlaStatus.BREACHED
        if self.pause_at(at):
            return SlaStatus.PAUSED
        if self._soon_at and at >= self._soon_at:
            return SlaStatus.DUE_SOON
        return SlaStatus.RUNNING

    def pause_at(self, at: datetime) -> Pause | None:
        """What it is paused by at `at`, pauses that touch or overlap taken as one."""
        spans = merged(pause.span for pause in self.pauses)
        found = next((span for span in spans if span[0] <= at < span[1]), None)
        return found and Pause(found[0], None if found[1] == _END_OF_TIME else found[1])

    def threshold_at(self, threshold: Threshold) -> datetime | None:
        """When a threshold is reached; None while not known, or if the promise is too short for it."""
        used = self._used_at(threshold)
        return due_at(self.started_at, used, self.hours, self.pauses) if used > _NOTHING else None

    def left(self, at: datetime) -> timedelta:
        """Open time left at `at`, or at the stop if that was earlier; negative when it is over."""
        until = min(in_utc(at), in_utc(self.stopped_at or at))
        return self.promise - open_time(self.started_at, until, self.hours, self.pauses)

    def late(self, at: datetime) -> timedelta:
        """Real time since it was due, at `at` or at the stop if that was earlier; zero when it was not."""
        until = min(in_utc(at), in_utc(self.stopped_at or at))
        return max(until - self.due_at, _NOTHING) if self.due_at else _NOTHING

    def next_mark(self, after: datetime | None) -> datetime | None:
        """The next instant after `after` at which people see something change; None: the first there is.

        A threshold, the breach, the end of a pause, or one of STEPS; None when nothing is left to come.
        """
        if self.stopped_at:
            return None
        moments = [*(mark.at for mark in self._marks), *self._steps(), *self._resumptions()]
        return min((moment for moment in moments if after is None or moment > after), default=None)

    def due_marks(self, after: datetime | None, until: datetime) -> list[Mark]:
        """The thresholds and the breach in (after, until], oldest first; none at or after the stop.

        After None: all until `until`. A promise of no length breaches as it starts, which only None finds.
        """
        return [mark for mark in self._marks if mark.at <= until and (after is None or mark.at > after)]

    @cached_property
    def _marks(self) -> tuple[Mark, ...]:
        """Every mark whose instant is known and came before the stop, oldest first."""
        pings = [Mark(MarkKind.PING, at, each) for each in self.ping_at if (at := self.threshold_at(each))]
        breach = [Mark(MarkKind.BREACH, self.due_at)] if self.due_at else []
        in_order = sorted([*pings, *breach], key=lambda mark: mark.at)
        return tuple(mark for mark in in_order if self.stopped_at is None or mark.at < self.stopped_at)

    @cached_property
    def _soon_at(self) -> datetime | None:
        last = max(self.ping_at, key=self._used_at, default=None)
        return None if last is None else self.threshold_at(last)

    def _used_at(self, threshold: Threshold) -> timedelta:
        """The open time that has run when a threshold is reached; not above zero if it cannot be."""
        match threshold:
            case timedelta():
                return self.promise - threshold
            case Fraction():
                return self.promise * threshold.numerator / threshold.denominator
            case _:
                return self.promise * threshold

    def _steps(self) -> list[datetime]:
        moments = [self.due_at - left for left in STEPS] if self.due_at else []
        return [moment for moment in moments if moment > self.started_at]

    def _resumptions(self) -> list[datetime]:
        return [end for _, end in merged(pause.span for pause in self.pauses) if end < _END_OF_TIME]


def due_at(
    start: datetime, promise: timedelta, hours: OpeningHours, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The earliest instant, in UTC, at which `promise` of open, unpaused time has run since `start`.

    That is a closing, not the next opening, when the time runs out as the desk closes; and the first
    open instant when the promise is zero. None when an open pause begins before that.
    Raises ValueError when the desk is not open for so long within ten years.
    """
    _check_promise(promise)
    start, left = in_utc(start), promise
    paused_at = _open_pause(pauses)
    end = paused_at or max([start, *(pause.span[1] for pause in pauses)]) + HORIZON
    for opened, closed in _counted(start, end, hours, pauses):
        if left <= closed - opened:
            return opened + left
        left -= closed - opened
    if paused_at is None:
        raise ValueError(
            f"'{hours.expression}' is not open for {spoken(promise)} in the ten years from {start}"
        )
    return None


def open_time(start: datetime, end: datetime, hours: OpeningHours, pauses: Sequence[Pause] = ()) -> timedelta:
    """The open, unpaused time in [start, end); zero when the end is not after the start."""
    counted = _counted(in_utc(start), in_utc(end), hours, pauses)
    return sum((closed - opened for opened, closed in counted), _NOTHING)


@dataclass(frozen=True)
class Stretch:
    """A piece of the way to a deadline: "open" (it counts), "paused" while open, or "closed"."""

    started_at: datetime
    ended_at: datetime | None
    counted: timedelta
    what: str


def working(
    start: datetime, promise: timedelta, hours: OpeningHours, pauses: Sequence[Pause] = ()
) -> list[Stretch]:
    """How `due_at` comes about, from the start to the deadline without a gap.

    Where an open pause keeps the deadline from being known, the last one is that pause, without an end.
    """
    start, due = in_utc(start), due_at(start, promise, hours, pauses)
    end = due or max(start, _open_pause(pauses) or start)
    opened = list(hours.open_spans(start, end))
    counted = merged(_counted(start, end, hours, pauses))
    pieces = {
        "open": counted,
        "paused": [piece for span in opened for piece in without(span, counted)],
        "closed": without((start, end), opened) if start < end else [],
    }
    stretches = [
        Stretch(begin, stop, stop - begin if what == "open" else _NOTHING, what)
        for what, spans in pieces.items()
        for begin, stop in spans
    ]
    endless = [] if due else [Stretch(end, None, _NOTHING, "paused")]
    return sorted(stretches, key=lambda stretch: stretch.started_at) + endless


def words(clock: Clock, at: datetime) -> str:
    """How a promise stands at `at`, for card, lists and reports; times of day are the view's to add.

    In real time, as people wait; only "kept in" is open time, as it was promised.
    """
    at = in_utc(at)
    match clock.status(at):
        case SlaStatus.KEPT:
            return f"kept in {spoken(clock.promise - clock.left(at))}"
        case SlaStatus.MISSED:
            return f"missed by {spoken(clock.late(at))}"
        case SlaStatus.BREACHED:
            return f"breached {spoken(clock.late(at))} ago"
        case _:
            pause = clock.pause_at(at)
            return _words_of_pause(pause, at) if pause else _words_of_time_left(clock, at)


def _words_of_pause(pause: Pause, at: datetime) -> str:
    back = f", back in {spoken(pause.ended_at - at)}" if pause.ended_at else ""
    return f"paused for {spoken(at - pause.started_at)}{back}"


def _words_of_time_left(clock: Clock, at: datetime) -> str:
    left = spoken(clock.left(at))
    if clock.due_at is None:
        return f"{left} of open time left"
    wait = spoken(clock.due_at - at)
    return f"due in {wait}" if wait == left else f"due in {wait}, {left} of it open"


def spoken(length: timedelta) -> str:
    """A length of time in its two greatest units, rounded down: "2 d 16 h", "1 h 5 min", "under 1 min"."""
    minutes = length // _MINUTE
    if minutes < 1:
        return "under 1 min"
    parts = {"d": minutes // 1440, "h": minutes // 60 % 24, "min": minutes % 60}
    return " ".join([f"{amount} {unit}" for unit, amount in parts.items() if amount][:2])


def _counted(start: datetime, end: datetime, hours: OpeningHours, pauses: Sequence[Pause]) -> Iterator[Span]:
    """What of [start, end) is open and not paused, in order."""
    cuts = merged(pause.span for pause in pauses)
    for span in hours.open_spans(start, end):
        yield from without(span, cuts) if cuts else (span,)


def _open_pause(pauses: Iterable[Pause]) -> datetime | None:
    """When the first pause without an end began."""
    return min((pause.span[0] for pause in pauses if pause.ended_at is None), default=None)


def _check_promise(promise: timedelta) -> None:
    if promise < _NOTHING:
        raise ValueError(f"a promise cannot be {promise} long; its length is zero or more")


def _check_threshold(threshold: Threshold) -> None:
    if isinstance(threshold, timedelta):
        if threshold <= _NOTHING:
            raise ValueError(f"cannot ping {threshold} before the deadline; the time is more than zero")
    elif not 0 < threshold < 1:
        share = f"{float(threshold):.4g}"
        raise ValueError(f"cannot ping at {share} of the promise; the share is above 0 and below 1")
