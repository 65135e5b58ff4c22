"""When a reminder reaches people."""

from datetime import UTC, datetime

import pytest

from models.policies.opening_hours import OpeningHours
from models.policies.pings import is_worth_telling, told_at
from models.vocabulary import SlaStatus

WEEKDAYS = OpeningHours("Mo-Fr 09:00-17:00", "Europe/Berlin")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (_at(2, 8), _at(2, 8)),
        (_at(2, 15, 59), _at(2, 15, 59)),
        (_at(2, 16), _at(3, 8)),
        (_at(2, 23), _at(3, 8)),
        (_at(6, 20), _at(9, 8)),
    ],
    ids=["as it opens", "a minute before it closes", "as it closes", "at night", "before a weekend"],
)
def test_a_reminder_waits_until_its_team_is_open(at: datetime, told: datetime) -> None:
    assert told_at(at, WEEKDAYS) == told


def test_a_team_that_never_closes_is_reminded_at_once() -> None:
    assert told_at(_at(2, 3), OpeningHours("24/7", "UTC")) == _at(2, 3)


def test_nothing_waits_for_a_team_that_is_gone() -> None:
    assert told_at(_at(2, 3), None) == _at(2, 3)


@pytest.mark.parametrize("status", [SlaStatus.RUNNING, SlaStatus.DUE_SOON])
def test_a_promise_that_runs_is_worth_a_reminder(status: SlaStatus) -> None:
    assert is_worth_telling(status)


@pytest.mark.parametrize("status", [SlaStatus.PAUSED, SlaStatus.BREACHED, SlaStatus.KEPT, SlaStatus.MISSED])
def test_what_is_over_or_waits_is_worth_none(status: SlaStatus) -> None:
    assert not is_worth_telling(status)
