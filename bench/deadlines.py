"""Deadlines: how many a second, for usual promises, calendars and pauses."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from bench.figures import Aim, Findings
from bench.options import Options
from models.policies.opening_hours import OpeningHours
from models.policies.sla_clock import Pause, due_at

COUNT = 20_000
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 3, 2, 9, 13, tzinfo=UTC)
CALENDARS = {
    "round the clock": OpeningHours("24/7", "UTC"),
    "office hours": OpeningHours("Mo-Fr 08:00-18:00; PH off", "Europe/Berlin", "DE", "BE"),
    "shifts and a lunch break": OpeningHours(
        "Mo-Fr 06:00-12:00,13:00-22:00; Sa 22:00-06:00; PH off; Dec 24 off", "America/New_York", "US"
    ),
}
PROMISES = (HOUR / 4, HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR)


def measure(_options: Options) -> Findings:
    """Compute the deadlines of promises of a quarter of an hour to a day that begin all over a year."""
    findings = Findings()
    starts = [MONDAY + number * 4 * HOUR for number in range(2_003)]
    for name, hours in CALENDARS.items():
        findings.add(name, _a_second(starts, hours, []), "a second", Aim(20_000, is_ceiling=False))
        pauses = [Pause(start + HOUR / 10, start + HOUR / 2) for start in starts]
        findings.add(f"{name}, paused once", _a_second(starts, hours, pauses), "a second")
    return findings


def _a_second(starts: Sequence[datetime], hours: OpeningHours, pauses: Sequence[Pause]) -> float:
    paused: Sequence[tuple[Pause, ...]] = [(pause,) for pause in pauses] or [()]
    asked = list(islice(zip(cycle(starts), cycle(PROMISES), cycle(paused), strict=False), COUNT))
    began = time.monotonic()
    for start, promise, interruptions in asked:
        due_at(start, promise, hours, interruptions)
    return COUNT / (time.monotonic() - began)
