"""When a reminder reaches people: not while their team is closed."""

from datetime import datetime

from models.policies.opening_hours import OpeningHours
from models.vocabulary import SlaStatus


def told_at(at: datetime, hours: OpeningHours | None) -> datetime:
    """When a reminder that is due at `at` is told: at once, or when a closed team opens again.

    Also for a promise that counts round the clock: a reminder at night finds nobody. `hours` None: the team
    has left rules.yaml, and there is nothing to wait for.
    """
    opening = hours.next_opening(at) if hours else None
    return opening or at


def is_worth_telling(promise: SlaStatus) -> bool:
    """Whether there is still something to remind of: not once it is over, broken, or waits for others."""
    return promise in {SlaStatus.RUNNING, SlaStatus.DUE_SOON}
