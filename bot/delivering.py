"""What cases owe Slack is delivered; where every worker is busy, one job does it for several cases."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.desk import Desk
from bot.jobs import JobQueue, Taken, TryAgain
from bot.slack.delivery import deliver_case, deliver_new_cards
from handlers.jobs import Job

AT_A_TIME = 8
"""Cases that one job delivers where many wait: to fetch a job and book its end costs as much as a card."""
IN_A_MOMENT = timedelta(seconds=1)
NOT_REACHED = TryAgain("another case of the same job broke", timedelta())


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
    outcomes: dict[int, TryAgain | None] = {}
    try:
        case_ids = dict.fromkeys([case_id, *(other.subject_id for other in others)])
        outcomes |= deliver_new_cards(desk, list(case_ids))
        for each in case_ids:
            if each not in outcomes:
                outcomes[each] = _deliver_one(desk, each)
    finally:
        _settle(desk, queue, others, outcomes)
    if (again := outcomes[case_id]) is not None:
        raise again


def _deliver_one(desk: Desk, case_id: int) -> TryAgain | None:
    """None where all of the case is in Slack now."""
    try:
        deliver_case(desk, case_id)
    except TryAgain as again:
        return again
    return None


def _settle(
    desk: Desk, queue: JobQueue, taken: Sequence[Taken], outcomes: Mapping[int, TryAgain | None]
) -> None:
    """The jobs of what was delivered go, the others wait as their own would; those not reached begin at once.

    A kill before this leaves jobs that find nothing left to do.
    """
    waits = {each: outcomes.get(each.subject_id, NOT_REACHED) for each in taken}
    with desk.transaction() as session:
        queue.drop(session, [each for each, again in waits.items() if again is None])
        for each, again in waits.items():
            if again is not None:
                queue.put_off(session, each, IN_A_MOMENT if again.after is None else again.after)
