"""What cases owe Slack is delivered; where every worker is busy, one job does it for several cases."""

from collections.abc import Mapping
from datetime import timedelta

from bot.desk import Desk
from bot.jobs import JobQueue, Taken, TryAgain
from bot.slack.delivery import deliver_case, deliver_new_cards
from handlers.jobs import Job

AT_A_TIME = 8
"""Cases that one job delivers where many wait: to fetch a job and book its end costs as much as a card."""
AT_ONCE, IN_A_MOMENT = timedelta(), timedelta(seconds=1)


def deliver(desk: Desk, queue: JobQueue, case_id: int, *, is_alone: bool) -> None:
    """Bring everything that a case owes Slack up to date, and that of the cases that wait behind it.

    `is_alone`: nobody is taken along, since this one failed before. A case for which Slack has no time now is
    put off as its own job would be, and the others go on.
    """
    if is_alone or not queue.is_crowded:
        deliver_case(desk, case_id)
        return
    with desk.transaction() as session:
        others = queue.take_along(session, Job.DELIVER_CASE, AT_A_TIME - 1)
    if not others:
        deliver_case(desk, case_id)
        return
    waits: dict[Taken, timedelta | None] = dict.fromkeys(others, AT_ONCE)
    try:
        outcomes = deliver_new_cards(desk, [case_id, *(other.subject_id for other in others)])
        mine = outcomes[case_id] if case_id in outcomes else _deliver_one(desk, case_id)
        for other in others:
            known = other.subject_id in outcomes
            again = outcomes[other.subject_id] if known else _deliver_one(desk, other.subject_id)
            waits[other] = None if again is None else again.after or IN_A_MOMENT
    finally:
        _settle(desk, queue, waits)
    if mine is not None:
        raise mine


def _deliver_one(desk: Desk, case_id: int) -> TryAgain | None:
    """None where all of the case is in Slack now."""
    try:
        deliver_case(desk, case_id)
    except TryAgain as again:
        return again
    return None


def _settle(desk: Desk, queue: JobQueue, waits: Mapping[Taken, timedelta | None]) -> None:
    """The jobs of what was delivered go; a kill before this leaves jobs that find nothing left to do."""
    if waits:
        with desk.transaction() as session:
            queue.drop(session, [taken for taken, wait in waits.items() if wait is None])
            for taken, wait in waits.items():
                if wait is not None:
                    queue.put_off(session, taken, wait)
