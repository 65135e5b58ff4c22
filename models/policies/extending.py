"""Which promise gets more time, and when none can."""

from collections.abc import Sequence

from models.policies.lifecycle import Standing, why_not_work
from models.policies.sla_clock import Clock
from models.vocabulary import ClockKind


def running(clocks: Sequence[Clock]) -> list[Clock]:
    """The promises that can be given more time, the one that is due first before the others."""
    found = [clock for clock in clocks if clock.stopped_at is None]
    return sorted(found, key=lambda clock: (clock.due_at is None, clock.due_at or clock.started_at))


def why_not_extend(case: Standing, clocks: Sequence[Clock], kind: ClockKind | None) -> str | None:
    """Only what runs can be given more time; `kind` None: whatever is due next."""
    over = why_not_work(case)
    if over is not None:
        return over
    known = [clock.kind for clock in running(clocks)]
    if not known:
        return f"No promise of case #{case.number} runs, so there is nothing to give more time to."
    if kind is not None and kind not in known:
        return f"To {kind} is not running for case #{case.number}. What runs: {', '.join(known)}."
    return None
