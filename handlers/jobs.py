"""Work that must not be lost: what handlers ask for, in the same transaction as the rows that need it."""

from enum import IntEnum, StrEnum
from typing import Protocol

from sqlalchemy.orm import Session


class Job(StrEnum):
    """What can be asked for; `bot/jobs.py` says how each is done. The argument is one row's id."""

    HEAR = "hear"
    DELIVER_CASE = "deliver_case"
    DELIVER_MESSAGE = "deliver_message"


class Urgency(IntEnum):
    """The higher, the sooner."""

    REFRESH = 10
    LINE = 15
    NEW_CASE = 20
    PING = 30
    ESCALATION = 40


class Queue(Protocol):
    """Defers a job on the session's own connection, so that both commit or neither does."""

    def defer(
        self, session: Session, job: Job, subject_id: int, *, lock: str | None, urgency: Urgency
    ) -> None:
        """Ask for `job` about row `subject_id`; jobs that share a `lock` run one at a time, in order."""


def defer(session: Session, job: Job, subject_id: int, *, lock: str | None, urgency: Urgency) -> None:
    """Ask for a job through the queue that the session was opened with."""
    queue: Queue = session.info["queue"]
    queue.defer(session, job, subject_id, lock=lock, urgency=urgency)
