"""Work that must not be lost: what handlers ask for, in the same transaction as the rows that need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

ASKED = "asked"
"""Where a session keeps what was asked for in its transaction."""


class Job(StrEnum):
    """What can be asked for; `bot/jobs.py` says how each is done. The argument is one row's id."""

    HEAR = "hear"
    DELIVER_CASE = "deliver_case"
    DELIVER_MESSAGE = "deliver_message"
    HAND_OVER = "hand_over"
    READ_ROSTER = "read_roster"
    PUBLISH_HOME = "publish_home"
    CARRY = "carry"
    LEARN_THEMES = "learn_themes"


class Urgency(IntEnum):
    """The higher, the sooner."""

    REFRESH = 10
    LINE = 15
    NEW_CASE = 20
    PING = 30
    ESCALATION = 40


@dataclass(frozen=True, slots=True)
class Ask:
    """One job that is asked for; those that share a `lock` run one at a time, in order."""

    job: Job
    subject_id: int
    lock: str | None
    urgency: Urgency


class Queue(Protocol):
    """Defers jobs on the session's own connection, so that both commit or neither does."""

    def defer_all(self, session: Session, asks: Sequence[Ask]) -> None:
        """Ask for these jobs, in this order."""


def defer(session: Session, job: Job, subject_id: int, *, lock: str | None, urgency: Urgency) -> None:
    """Ask for a job about row `subject_id`; `hand_in` passes it on.

    Asked twice in one transaction it is one job, the more urgent: it begins after all of it is there.
    """
    asked: dict[tuple[Job, int], Ask] = session.info.setdefault(ASKED, {})
    before = asked.get((job, subject_id))
    if before is None or before.urgency < urgency:
        asked[job, subject_id] = Ask(job, subject_id, lock, urgency)


def hand_in(session: Session) -> None:
    """Pass all that was asked for to the queue that the session was opened with: last before the commit."""
    asked = session.info.pop(ASKED, None)
    if asked:
        queue: Queue = session.info["queue"]
        queue.defer_all(session, list(asked.values()))
