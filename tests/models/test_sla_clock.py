"""When a promise is due, how it stands at a moment, and what people are told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.policies.opening_hours import ALWAYS, OpeningHours
from models.policies.sla_clock import (
    Clock,
    Mark,
    MarkKind,
    Pause,
    Threshold,
    due_at,
    open_time,
    spoken,
    words,
    working,
)
from models.vocabulary import ClockKind, SlaStatus
from tests.models.minute_walker import MINUTE, Week, situations, walked_due_at, walked_open_time
from tests.models.sla_vectors import DueVector, ElapsedVector, due_vectors, elapsed_vectors

BERLIN = OpeningHours("Mo-Fr 09:00-17:00; PH off", "Europe/Berlin", "DE", "BY")
NEW_YORK = OpeningHours("Mo-Fr 09:00-17:00; PH off", "America/New_York", "US")
NIGHTS = OpeningHours("Mo-Su 22:00-06:00; PH off", "Europe/Berlin", "DE")
WEEKDAYS = OpeningHours("Mo-Fr 09:00-17:00", "UTC")
HALF, MOST = Fraction(1, 2), 0.9
HOUR = timedelta(hours=1)
HALF_HOURS = st.integers(0, 30).map(lambda n: n * 30)


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


def on(day_and_time: str) -> datetime:
    """An instant of December 2026, in UTC: the first is a Tuesday."""
    return datetime.strptime(f"2026 12 {day_and_time} +0000", "%Y %m %d %H:%M %z").astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_clock(
    started_at: datetime | None = None,
    promise: timedelta = HOUR,
    hours: OpeningHours = ALWAYS,
    ping_at: tuple[Threshold, ...] = (),
    pauses: tuple[Pause, ...] = (),
) -> Clock:
    return Clock(ClockKind.CONTACT, started_at or on("01 10:00"), promise, hours, ping_at, pauses)


def changes(clock: Clock) -> Iterator[datetime]:
    at = clock.next_mark(None)
    while at:
        yield at
        at = clock.next_mark(at)


# Deadlines


@pytest.mark.parametrize("vector", due_vectors())
def test_a_deadline_is_the_one_that_other_systems_state(vector: DueVector) -> None:
    due = due_at(vector.start, vector.promise, vector.hours, vector.pauses)

    assert due in vector.accepted


@pytest.mark.parametrize("vector", elapsed_vectors())
def test_open_time_is_what_other_systems_state(vector: ElapsedVector) -> None:
    elapsed = open_time(vector.start, vector.end, vector.hours, vector.pauses)

    assert elapsed == vector.expected


@pytest.mark.parametrize(
    ("hours", "start", "promise", "expected"),
    [
        pytest.param(ALWAYS, "2026-03-29T00:30Z", minutes(60), "2026-03-29T01:30Z", id="round the clock"),
        pytest.param(BERLIN, "2026-03-27T16:00+01:00", minutes(120), "2026-03-30T10:00+02:00", id="spring"),
        pytest.param(BERLIN, "2026-10-23T16:00+02:00", minutes(120), "2026-10-26T10:00+01:00", id="autumn"),
        pytest.param(
            NEW_YORK, "2026-03-06T16:00-05:00", minutes(120), "2026-03-09T10:00-04:00", id="spring in NY"
        ),
        pytest.param(
            NEW_YORK, "2026-10-30T16:00-04:00", minutes(120), "2026-11-02T10:00-05:00", id="autumn in NY"
        ),
        pytest.param(
            BERLIN, "2026-01-05T16:30+01:00", minutes(60), "2026-01-07T09:30+01:00", id="Epiphany in Bavaria"
        ),
        pytest.param(
            NEW_YORK,
            "2026-07-02T16:30-04:00",
            minutes(60),
            "2026-07-06T09:30-04:00",
            id="observed the day before",
        ),
        pytest.param(
            NIGHTS, "2026-12-24T23:00+01:00", minutes(480), "2026-12-27T23:00+01:00", id="two nights off"
        ),
        pytest.param(
            NIGHTS,
            "2026-03-28T22:00+01:00",
            minutes(420),
            "2026-03-29T06:00+02:00",
            id="a night of seven hours",
        ),
        pytest.param(
            NIGHTS,
            "2026-10-24T22:00+02:00",
            minutes(540),
            "2026-10-25T06:00+01:00",
            id="a night of nine hours",
        ),
        pytest.param(
            WEEKDAYS,
            "2026-12-01T16:00Z",
            minutes(60),
            "2026-12-01T17:00Z",
            id="at the closing, not the next opening",
        ),
        pytest.param(
            WEEKDAYS,
            "2026-12-05T12:00Z",
            minutes(0),
            "2026-12-07T09:00Z",
            id="nothing promised: the first open instant",
        ),
        pytest.param(
            WEEKDAYS, "2026-12-01T10:00Z", minutes(0), "2026-12-01T10:00Z", id="nothing promised while open"
        ),
        pytest.param(
            WEEKDAYS,
            "2026-12-01T10:00:20.5Z",
            minutes(0.25),
            "2026-12-01T10:00:35.5Z",
            id="parts of a second",
        ),
        pytest.param(
            WEEKDAYS, "2026-12-31T16:00Z", minutes(120), "2027-01-01T10:00Z", id="over the turn of the year"
        ),
        pytest.param(
            WEEKDAYS, "2026-12-01T09:00Z", timedelta(hours=40), "2026-12-07T17:00Z", id="a week of work"
        ),
    ],
)
def test_a_promise_is_due_when_so_much_open_time_has_run(
    hours: OpeningHours, start: str, promise: timedelta, expected: str
) -> None:
    due = due_at(instant(start), promise, hours)

    assert due == instant(expected)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        pytest.param([], "02 10:00", id="none"),
        pytest.param([("01 16:30", "02 09:30")], "02 11:00", id="over the closing, half an hour of each day"),
        pytest.param([("01 17:00", "02 09:00")], "02 10:00", id="while closed, which costs nothing"),
        pytest.param([("01 15:00", "01 16:00")], "02 10:00", id="over before the start"),
        pytest.param([("01 15:00", "01 16:30")], "02 10:30", id="begun before the start"),
        pytest.param(
            [("01 16:10", "01 16:30"), ("01 16:20", "01 16:40")], "02 10:30", id="overlapping, counted once"
        ),
        pytest.param([("01 16:40", "01 16:50"), ("01 16:10", "01 16:20")], "02 10:20", id="in any order"),
        pytest.param([("01 16:30", "01 16:30")], "02 10:00", id="of no length"),
        pytest.param([("02 10:00", "02 11:00")], "02 10:00", id="begun at the deadline, too late to move it"),
        pytest.param([("01 16:30", "04 12:00")], "04 13:30", id="ending in days to come"),
        pytest.param([("02 10:30", None)], "02 10:00", id="begun after the deadline and open"),
    ],
)
def test_a_pause_moves_the_deadline_by_the_open_time_that_it_takes(
    pauses: list[tuple[str, str | None]], expected: str
) -> None:
    taken = [Pause(on(begin), on(end) if end else None) for begin, end in pauses]

    due = due_at(on("01 16:00"), minutes(120), WEEKDAYS, taken)

    assert due == on(expected)


def test_there_is_no_deadline_while_an_open_pause_keeps_it_from_being_known() -> None:
    pauses = [Pause(on("01 10:10"), on("01 10:20")), Pause(on("01 16:30"))]

    due = due_at(on("01 16:00"), minutes(120), WEEKDAYS, pauses)

    assert due is None


def test_open_time_stands_still_in_a_pause_and_while_closed() -> None:
    pauses = [Pause(on("01 16:30"), on("02 09:30"))]

    counted = open_time(on("01 16:00"), on("02 10:00"), WEEKDAYS, pauses)

    assert counted == minutes(60)
    assert open_time(on("02 10:00"), on("01 16:00"), WEEKDAYS) == minutes(0)


def test_a_desk_that_has_closed_for_good_cannot_keep_a_promise() -> None:
    hours = OpeningHours("2024 Mo-Fr 09:00-17:00", "UTC")

    with pytest.raises(ValueError, match="is not open for 2 h in the ten years from 2026-12-01"):
        due_at(on("01 10:00"), minutes(120), hours)


def test_a_promise_of_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a promise cannot be -1 day"):
        due_at(on("01 10:00"), minutes(-1), ALWAYS)


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Pause(on("01 11:00"), on("01 10:00"))


def test_a_deadline_from_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        due_at(datetime(2026, 12, 1, 9), minutes(60), ALWAYS)  # noqa: DTZ001 - that is the point


def test_the_working_shows_what_counted_and_what_did_not() -> None:
    pauses = [Pause(on("01 16:30"), on("02 09:30"))]

    stretches = working(on("01 16:00"), minutes(60), WEEKDAYS, pauses)

    assert [(each.started_at, each.ended_at, each.counted, each.what) for each in stretches] == [
        (on("01 16:00"), on("01 16:30"), minutes(30), "open"),
        (on("01 16:30"), on("01 17:00"), minutes(0), "paused"),
        (on("01 17:00"), on("02 09:00"), minutes(0), "closed"),
        (on("02 09:00"), on("02 09:30"), minutes(0), "paused"),
        (on("02 09:30"), on("02 10:00"), minutes(30), "open"),
    ]


def test_the_working_ends_with_the_pause_that_keeps_the_deadline_open() -> None:
    pauses = [Pause(on("01 16:30"))]

    stretches = working(on("01 16:00"), minutes(60), WEEKDAYS, pauses)

    assert [(each.ended_at, each.counted, each.what) for each in stretches] == [
        (on("01 16:30"), minutes(30), "open"),
        (None, minutes(0), "paused"),
    ]


def test_the_working_of_a_promise_paused_from_the_start_is_that_pause() -> None:
    stretches = working(on("01 16:00"), minutes(60), WEEKDAYS, [Pause(on("01 15:00"))])

    assert [(each.started_at, each.ended_at, each.what) for each in stretches] == [
        (on("01 16:00"), None, "paused")
    ]


# Against a walk from minute to minute


@settings(max_examples=60, deadline=None)
@given(situation=situations(), promise=st.integers(0, 900) | HALF_HOURS)
def test_a_deadline_is_where_a_walk_from_minute_to_minute_ends(
    situation: tuple[Week, datetime, tuple[Pause, ...]], promise: int
) -> None:
    week, start, pauses = situation

    due = due_at(start, promise * MINUTE, week.hours(), pauses)

    assert due == walked_due_at(week, start, promise, pauses)
    assert open_time(start, due, week.hours(), pauses) == promise * MINUTE


@settings(max_examples=60, deadline=None)
@given(situation=situations(), promise=st.integers(1, 900), paused_after=st.integers(0, 3000))
def test_a_pause_without_an_end_hides_the_deadlines_after_its_beginning_and_no_others(
    situation: tuple[Week, datetime, tuple[Pause, ...]], promise: int, paused_after: int
) -> None:
    week, start, pauses = situation
    beginning = start + paused_after * MINUTE
    walked = walked_due_at(week, start, promise, pauses)

    due = due_at(start, promise * MINUTE, week.hours(), (*pauses, Pause(beginning)))

    assert due == (walked if walked <= beginning else None)


@settings(max_examples=60, deadline=None)
@given(situation=situations(), length=st.integers(0, 5000))
def test_open_time_is_what_a_walk_from_minute_to_minute_counts(
    situation: tuple[Week, datetime, tuple[Pause, ...]], length: int
) -> None:
    week, start, pauses = situation
    end = start + length * MINUTE

    counted = open_time(start, end, week.hours(), pauses)

    assert counted == walked_open_time(week, start, end, pauses)


@settings(max_examples=100, deadline=None)
@given(situation=situations(), first=st.integers(0, 1500), second=st.integers(1, 1500))
def test_two_promises_one_after_the_other_are_due_when_their_sum_is(
    situation: tuple[Week, datetime, tuple[Pause, ...]], first: int, second: int
) -> None:
    week, start, pauses = situation
    hours = week.hours()

    halfway = due_at(start, first * MINUTE, hours, pauses)

    assert halfway is not None
    assert due_at(halfway, second * MINUTE, hours, pauses) == due_at(
        start, (first + second) * MINUTE, hours, pauses
    )


@settings(max_examples=100, deadline=None)
@given(situation=situations(), promise=st.integers(0, 3000) | HALF_HOURS)
def test_the_working_leaves_no_gap_and_adds_up_to_the_promise(
    situation: tuple[Week, datetime, tuple[Pause, ...]], promise: int
) -> None:
    week, start, pauses = situation

    stretches = working(start, promise * MINUTE, week.hours(), pauses)

    assert sum((each.counted for each in stretches), timedelta(0)) == promise * MINUTE
    assert all(earlier.ended_at == later.started_at for earlier, later in pairwise(stretches))
    assert [each.started_at for each in stretches[:1]] in ([], [start])


@settings(max_examples=50, deadline=None)
@given(situation=situations(), promise=st.integers(1, 2000))
def test_going_from_mark_to_mark_meets_every_threshold_and_the_breach_once(
    situation: tuple[Week, datetime, tuple[Pause, ...]], promise: int
) -> None:
    week, start, pauses = situation
    clock = Clock(ClockKind.CONTACT, start, promise * MINUTE, week.hours(), (HALF, MOST, minutes(5)), pauses)

    stops = list(changes(clock))

    due = [
        mark
        for before, now in zip([None, *stops], stops, strict=False)
        for mark in clock.due_marks(before, now)
    ]
    assert due == clock.due_marks(None, max(stops))
    assert [mark.kind for mark in due].count(MarkKind.BREACH) == 1


# How it stands


@pytest.mark.parametrize(
    ("at", "expected", "said"),
    [
        ("01 10:00", SlaStatus.RUNNING, "due in 1 h"),
        ("01 10:30", SlaStatus.RUNNING, "due in 30 min"),
        ("01 10:53", SlaStatus.RUNNING, "due in 7 min"),
        ("01 10:54", SlaStatus.DUE_SOON, "due in 6 min"),
        ("01 11:00", SlaStatus.BREACHED, "breached under 1 min ago"),
        ("01 11:08", SlaStatus.BREACHED, "breached 8 min ago"),
        ("04 13:08", SlaStatus.BREACHED, "breached 3 d 2 h ago"),
    ],
)
def test_a_running_promise_is_due_soon_from_its_last_threshold_and_breached_when_due(
    at: str, expected: SlaStatus, said: str
) -> None:
    clock = a_clock(ping_at=(MOST, HALF))

    status = clock.status(on(at))

    assert status is expected
    assert words(clock, on(at)) == said


@pytest.mark.parametrize(
    ("stopped", "expected", "said"),
    [
        ("01 10:00", SlaStatus.KEPT, "kept in under 1 min"),
        ("01 10:04", SlaStatus.KEPT, "kept in 4 min"),
        ("01 11:00", SlaStatus.KEPT, "kept in 1 h"),
        ("01 11:01", SlaStatus.MISSED, "missed by 1 min"),
        ("02 12:00", SlaStatus.MISSED, "missed by 1 d 1 h"),
    ],
)
def test_a_stopped_promise_was_kept_or_missed_for_good(stopped: str, expected: SlaStatus, said: str) -> None:
    clock = replace(a_clock(), stopped_at=on(stopped))

    status = clock.status(on("20 12:00"))

    assert status is expected
    assert words(clock, on("20 12:00")) == said


def test_a_promise_stopped_later_still_ran_before() -> None:
    clock = replace(a_clock(), stopped_at=on("01 11:30"))

    assert clock.status(on("01 10:30")) is SlaStatus.RUNNING
    assert clock.status(on("01 11:15")) is SlaStatus.BREACHED
    assert clock.status(on("01 11:30")) is SlaStatus.MISSED


@pytest.mark.parametrize(
    ("pause", "at", "expected", "said"),
    [
        (("01 10:20", None), "01 10:19", SlaStatus.RUNNING, "41 min of open time left"),
        (("01 10:20", None), "01 10:28", SlaStatus.PAUSED, "paused for 8 min"),
        (("01 10:20", "01 12:40"), "01 10:28", SlaStatus.PAUSED, "paused for 8 min, back in 2 h 12 min"),
        (("01 10:20", "01 12:40"), "01 12:40", SlaStatus.RUNNING, "due in 40 min"),
        (("01 11:20", None), "01 11:30", SlaStatus.BREACHED, "breached 30 min ago"),
    ],
)
def test_a_paused_promise_says_since_when_and_for_how_long(
    pause: tuple[str, str | None], at: str, expected: SlaStatus, said: str
) -> None:
    begin, end = pause
    clock = a_clock(pauses=(Pause(on(begin), on(end) if end else None),))

    status = clock.status(on(at))

    assert status is expected
    assert words(clock, on(at)) == said


def test_pauses_that_touch_are_one_to_whoever_waits() -> None:
    clock = a_clock(pauses=(Pause(on("01 10:20"), on("01 10:30")), Pause(on("01 10:30"), on("01 10:45"))))

    pause = clock.pause_at(on("01 10:35"))

    assert pause == Pause(on("01 10:20"), on("01 10:45"))


def test_a_promise_over_a_closing_says_how_much_of_the_wait_is_open() -> None:
    clock = a_clock(on("01 16:48"), minutes(24), WEEKDAYS)

    said = words(clock, on("01 17:00"))

    assert clock.due_at == on("02 09:12")
    assert said == "due in 16 h 12 min, 12 min of it open"


def test_what_was_kept_over_a_closing_was_kept_in_open_time() -> None:
    clock = replace(a_clock(on("01 16:50"), minutes(60), WEEKDAYS), stopped_at=on("02 09:05"))

    said = words(clock, on("03 09:00"))

    assert said == "kept in 15 min"


@pytest.mark.parametrize(
    ("at", "stopped", "expected"),
    [
        ("01 09:00", None, 60),
        ("01 10:20", None, 40),
        ("01 11:20", None, -20),
        ("01 11:20", "01 10:20", 40),
    ],
)
def test_the_time_left_runs_below_zero_until_it_is_stopped(
    at: str, stopped: str | None, expected: int
) -> None:
    clock = replace(a_clock(), stopped_at=on(stopped) if stopped else None)

    left = clock.left(on(at))

    assert left == minutes(expected)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "under 1 min"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(days=2, hours=16, minutes=5), "2 d 16 h"),
        (timedelta(days=1, minutes=5), "1 d 5 min"),
        (timedelta(minutes=-5), "under 1 min"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_greatest_units(length: timedelta, said: str) -> None:
    assert spoken(length) == said


# What people are told


def test_each_threshold_and_the_breach_fall_due_once_oldest_first() -> None:
    clock = a_clock(ping_at=(MOST, HALF, minutes(10), Fraction(3, 4)))

    marks = clock.due_marks(None, on("09 00:00"))

    assert [(mark.name, mark.at) for mark in marks] == [
        ("50%", on("01 10:30")),
        ("75%", on("01 10:45")),
        ("10 min before", on("01 10:50")),
        ("90%", on("01 10:54")),
        ("breach", on("01 11:00")),
    ]


def test_a_mark_belongs_to_the_sweep_that_ends_at_it_and_not_to_the_next() -> None:
    clock = a_clock(ping_at=(HALF,))
    ping = Mark(MarkKind.PING, on("01 10:30"), HALF)

    assert clock.due_marks(on("01 10:00"), on("01 10:30")) == [ping]
    assert clock.due_marks(on("01 10:30"), on("01 10:59")) == []


def test_a_promise_of_no_length_breaches_as_it_starts() -> None:
    clock = a_clock(promise=minutes(0), ping_at=(HALF,))

    marks = clock.due_marks(None, on("01 10:00"))

    assert marks == [Mark(MarkKind.BREACH, on("01 10:00"))]
    assert clock.next_mark(None) == on("01 10:00")


def test_a_fixed_time_before_is_left_out_when_the_promise_is_shorter() -> None:
    clock = a_clock(promise=minutes(30), ping_at=(minutes(30), minutes(45)))

    marks = clock.due_marks(None, on("09 00:00"))

    assert [mark.name for mark in marks] == ["breach"]
    assert clock.threshold_at(minutes(45)) is None


def test_nobody_is_told_of_a_promise_after_it_was_stopped() -> None:
    clock = replace(a_clock(ping_at=(HALF, MOST)), stopped_at=on("01 10:54"))

    marks = clock.due_marks(None, on("09 00:00"))

    assert [mark.name for mark in marks] == ["50%"]
    assert clock.next_mark(on("01 10:00")) is None


def test_thresholds_reached_before_an_open_pause_stay_known() -> None:
    clock = a_clock(ping_at=(HALF, MOST), pauses=(Pause(on("01 10:40")),))

    marks = clock.due_marks(None, on("09 00:00"))

    assert [mark.name for mark in marks] == ["50%"]
    assert clock.due_at is None
    assert clock.threshold_at(MOST) is None
    assert clock.next_mark(on("01 10:30")) is None


def test_the_card_changes_at_the_thresholds_at_the_last_minutes_and_at_the_breach() -> None:
    clock = a_clock(promise=minutes(90), ping_at=(HALF,))

    stops = list(changes(clock))

    expected = ("10:30", "10:45", "11:00", "11:15", "11:20", "11:25", "11:28", "11:29", "11:30")
    assert stops == [on(f"01 {time}") for time in expected]


def test_the_card_changes_when_a_snoozed_promise_comes_back() -> None:
    clock = a_clock(promise=timedelta(hours=8), pauses=(Pause(on("01 10:20"), on("01 12:00")),))

    following = clock.next_mark(on("01 10:20"))

    assert following == on("01 12:00")


def test_a_ping_waits_for_the_desk_to_open() -> None:
    clock = a_clock(on("01 16:50"), minutes(40), WEEKDAYS, (HALF,))

    reached = clock.threshold_at(HALF)

    assert reached == on("02 09:10")


@pytest.mark.parametrize(
    "threshold", [0, 1, 1.2, -0.5, Fraction(3, 2), float("nan"), minutes(0), minutes(-5)]
)
def test_a_threshold_out_of_bounds_is_refused(threshold: Threshold) -> None:
    with pytest.raises(ValueError, match="cannot ping"):
        a_clock(ping_at=(threshold,))


def test_clocks_of_the_same_promise_are_the_same() -> None:
    one = a_clock(hours=OpeningHours("Mo-Fr 09:00-17:00", "UTC", days_off=[date(2026, 12, 24)]))
    other = a_clock(hours=OpeningHours("Mo-Fr 09:00-17:00", "UTC", days_off=[date(2026, 12, 24)]))

    assert one == other
    assert hash(one) == hash(other)
