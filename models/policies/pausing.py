"""When a case may be paused and when it may go on: each answer is None or the words of the refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.policies.lifecycle import Standing, why_not_work
from models.vocabulary import AgentId, PauseReason, mention

WAITING = (PauseReason.CUSTOMER, PauseReason.THIRD_PARTY)
"""What people can say that they wait for."""
WHY_LENGTH = 300
"""Characters of what exactly: it stands on the card."""

SPOKEN: Mapping[PauseReason, tuple[str, ...]] = {
    PauseReason.CUSTOMER: ("waiting for the customer", "waiting for customer", "the customer", "customer"),
    PauseReason.THIRD_PARTY: (
        *("waiting for a third party", "waiting for third party"),
        *("a third party", "third party", "third-party"),
    ),
}
"""How people say it, the longest first."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The pause in which a case is. `until` None: it lasts until somebody, or the customer, ends it."""

    reason: PauseReason
    why: str
    by: AgentId
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one person paused, or how long one case was: how often, and the time in all."""

    of: AgentId | int
    times: int
    length: timedelta


@dataclass(frozen=True, slots=True)
class Pausing:
    """The pauses of a period: real time within it, those that still last counted until now.

    `people` by whom they were begun and `cases` by their numbers, each the longest first.
    """

    times: int
    cases_paused: int
    length: timedelta
    people: tuple[Share, ...]
    cases: tuple[Share, ...]


def why_not_pause(case: Standing, paused: Paused | None) -> str | None:
    """A pause is for a case that somebody watches meanwhile, and there is one at a time."""
    over = why_not_work(case)
    if over is not None:
        return over
    if case.owner is None:
        return (
            f"Nobody has case #{case.number}, so nobody would watch it meanwhile. "
            f"Take it first: `/recovery claim {case.number}`."
        )
    if paused is not None:
        return (
            f"Case #{case.number} is paused already, {paused.reason.value}, by {mention(paused.by)}. "
            f"To say it anew, end that first: `/recovery resume {case.number}`."
        )
    return None


def why_not_resume(case: Standing, paused: Paused | None) -> str | None:
    """Resuming ends a pause."""
    over = why_not_work(case)
    if over is not None or paused is not None:
        return over
    return (
        f"Case #{case.number} is not paused. "
        f"`/recovery pause {case.number} customer They look for the receipt` would pause it."
    )
