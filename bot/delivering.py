"""What cases owe Slack is delivered; where every worker is busy, one job does it for several cases."""

from collections.abc import Mapping
from datetime import timedelta

from bot.desk import Desk
from bot.jobs import JobQueue, Taken, TryAgain
from bot.slack.delivery import deliver_case
from handlers.jobs import Job

AT_A_TIME = 8
"""Cases that one job delivers where many wait: to fetch a job and book its end costs as much as a card."""
AT_ONCE, IN_A_MOMENT = timedelta(), timedelta(seconds=1)


def deliver(desk: Desk, queue: JobQueue, case_id: int, *, is_alone: bool) -> None:
    """Bring everything that a case owes Slack up to date; then, in turn, the cases that wait behind it.

    `is_alone`: nobody is taken along, since this one failed before. A case for which Slack has no time now is
    put off as its own job would be, and the others go on.
    """
    if is_alone or not queue.is_crowded:
        deliver_case(desk, case_id)
        return
    with desk.transaction() as session:
        others = queue.take_along(session, Job.DELIVER_CASE, AT_A_TIME - 1)
    waits: dict[Taken, timedelta | None] = dict.fromkeys(others, AT_ONCE)
    try:
        deliver_case(desk, case_id)
        for other in others:
            waits[other] = _deliver_for(desk, other)
    finally:
        _settle(desk, queue, waits)


def _deliver_for(desk: Desk, other: Taken) -> timedelta | None:
    """How long the case must wait that was taken along; None where all of it is in Slack."""
    try:
        deliver_case(desk, other.subject_id)
    except TryAgain as again:
        return again.after or IN_A_MOMENT
    return None


def _settle(desk: Desk, queue: JobQueue, waits: Mapping[Taken, timedelta | None]) -> None:
    """The jobs of what was delivered go; a kill before this leaves jobs that find nothing left to do."""
    if waits:
        with desk.transaction() as session:
            queue.drop(session, [taken for taken, wait in waits.items() if wait is None])
            for taken, wait in waits.items():
                if wait is not None:
                    queue.put_off(session, taken, wait)
