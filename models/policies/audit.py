"""What should have happened and did not: when the auditor calls it a finding, and in which words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.policies.sla_clock import Mark, MarkKind
from models.vocabulary import FindingKind

UNSWEPT_AFTER = timedelta(minutes=2)
"""A clock is swept within a second or two of its mark."""
UNPOSTED_AFTER = timedelta(minutes=5)
LATE_JOB = timedelta(minutes=5)
SILENT_JOB = timedelta(minutes=1)
"""A worker says that it lives every two seconds; whose job is not taken over by then, no worker is left."""
ENDLESS_JOB = timedelta(minutes=10)
"""No job of ours takes a minute."""
SILENT_TICK = timedelta(minutes=2)
"""The least silence of a tick that counts; one that ticks seldom may be silent for three of its turns."""

SILENT_AUDITOR = timedelta(minutes=3)
"""What it found longer ago says nothing of now."""

WORDS: Mapping[FindingKind, tuple[str, str]] = {
    FindingKind.UNSWEPT_CLOCK: ("Clocks that nobody looked at in time", "Clocks are looked at in time"),
    FindingKind.MISSED_THRESHOLD: (
        "Thresholds that were reached and are not written down",
        "Thresholds are written down",
    ),
    FindingKind.UNPOSTED_MESSAGE: (
        "Messages that were promised and are not posted",
        "Messages are posted",
    ),
    FindingKind.STALLED_JOB: ("Jobs that were begun and are not gone on with", "Jobs are gone on with"),
    FindingKind.LATE_JOB: ("Jobs that are not done in time", "Jobs are done in time"),
    FindingKind.FAILED_JOB: ("Jobs that were given up after several tries", "Jobs are all done"),
    FindingKind.SILENT_TICK: ("Ticks that do not run, or fail", "Ticks run"),
}
"""What the admins read of each kind: before the number while it is found, before "again" once it is well."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How many of one kind were seen, and a few of them by name."""

    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TickSeen:
    """What a tick's trace says. `last_ok_at` None: it never went well."""

    name: str
    every: timedelta
    traced_since: datetime
    last_ok_at: datetime | None


def is_silent(tick: TickSeen, at: datetime) -> bool:
    """Whether a tick has gone well too long ago."""
    allowed = max(3 * tick.every, SILENT_TICK)
    return at - (tick.last_ok_at or tick.traced_since) > allowed


def silent_ticks(ticks: Sequence[TickSeen], at: datetime) -> Seen:
    """Those that are silent, by name."""
    silent = tuple(tick.name for tick in ticks if is_silent(tick, at))
    return Seen(len(silent), silent)


def is_all_well(counts: Sequence[int], looked_at: datetime | None, at: datetime) -> bool:
    """Whether the auditor found nothing, and looked lately; None: it never did."""
    return looked_at is not None and at - looked_at <= SILENT_AUDITOR and not any(counts)


def missed_marks(marks: Sequence[Mark], told: Collection[str], marked_until: datetime) -> list[str]:
    """Names of marks of one clock that were reached and left no row, or were never looked at."""
    return [
        mark.name
        for mark in marks
        if mark.at > marked_until or (mark.kind is MarkKind.PING and mark.name not in told)
    ]


def line_about(kind: FindingKind, seen: Seen) -> str:
    """One line for the admins: found, and where; or well again."""
    found, well = WORDS[kind]
    if not seen.count:
        return f"✅ {well} again"
    where = f" ({', '.join(seen.examples)})" if seen.examples else ""
    return f"⚠️ {found}: {seen.count}{where}"
