"""When what did not happen is a finding, and in which words."""

from datetime import datetime, timedelta

import pytest

from models.policies.audit import (
    SILENT_TICK,
    WORDS,
    Seen,
    TickSeen,
    is_silent,
    line_about,
    missed_marks,
    silent_ticks,
)
from models.policies.sla_clock import Mark, MarkKind
from models.vocabulary import FindingKind
from tests.clock import MONDAY_MORNING

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def a_tick(every: timedelta = SECOND, last_ok_at: datetime | None = MONDAY_MORNING) -> TickSeen:
    return TickSeen("sla sweep", every, traced_since=MONDAY_MORNING - HOUR, last_ok_at=last_ok_at)


@pytest.mark.parametrize(
    ("every", "after", "expected"),
    [
        (SECOND, SILENT_TICK, False),
        (SECOND, SILENT_TICK + SECOND, True),
        (HOUR, 3 * HOUR, False),
        (HOUR, 3 * HOUR + SECOND, True),
        (SECOND, -HOUR, False),
    ],
)
def test_a_tick_is_silent_after_three_turns_and_two_minutes_at_least(
    every: timedelta, after: timedelta, expected: bool
) -> None:
    assert is_silent(a_tick(every), MONDAY_MORNING + after) is expected


def test_a_tick_that_never_went_well_is_silent_since_its_first_run() -> None:
    assert is_silent(a_tick(last_ok_at=None), MONDAY_MORNING)


def test_silent_ticks_are_named() -> None:
    ticks = [a_tick(), a_tick(last_ok_at=None)]

    assert silent_ticks(ticks, MONDAY_MORNING) == Seen(1, ("sla sweep",))


def a_ping(minutes: int, share: float) -> Mark:
    return Mark(MarkKind.PING, MONDAY_MORNING + minutes * MINUTE, share)


BREACH = Mark(MarkKind.BREACH, MONDAY_MORNING + 10 * MINUTE)


@pytest.mark.parametrize(
    ("marks", "told", "marked_until", "missed"),
    [
        ([a_ping(5, 0.5)], {"50%"}, 5, []),
        ([a_ping(5, 0.5)], set(), 5, ["50%"]),
        ([a_ping(5, 0.5), a_ping(9, 0.9)], {"50%"}, 9, ["90%"]),
        ([a_ping(5, 0.5)], set(), 4, ["50%"]),
        ([a_ping(5, 0.5), BREACH], {"50%"}, 10, []),
        ([a_ping(5, 0.5), BREACH], {"50%"}, 9, ["breach"]),
        ([], set(), 0, []),
    ],
)
def test_a_threshold_without_a_row_is_missed(
    marks: list[Mark], told: set[str], marked_until: int, missed: list[str]
) -> None:
    assert missed_marks(marks, told, MONDAY_MORNING + marked_until * MINUTE) == missed


def test_a_finding_says_how_many_and_where() -> None:
    line = line_about(FindingKind.UNPOSTED_MESSAGE, Seen(2, ("case #41", "case #42")))

    assert line == "⚠️ Messages that were promised and are not posted: 2 (case #41, case #42)"


def test_a_finding_that_is_gone_says_so() -> None:
    assert line_about(FindingKind.SILENT_TICK, Seen()) == "✅ Ticks run again"


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(FindingKind)
