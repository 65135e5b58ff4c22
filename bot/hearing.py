"""Feedback is heard: scored outside of any transaction, then decided and opened inside one."""

import logging
from collections.abc import Iterator, Sequence

from bot.desk import Desk
from bot.jobs import JobQueue
from handlers import intake
from handlers.intake import Unheard
from handlers.jobs import Job

log = logging.getLogger(__name__)

AT_A_TIME = 16
"""Pieces that one job hears where many wait: each then costs half of what it costs alone."""


def hear(desk: Desk, queue: JobQueue, feedback_id: int, *, is_alone: bool) -> None:
    """Score feedback and do what the rules order; a second time does nothing.

    The job takes along what waits behind it. `is_alone`: it does not, since it failed before, and what it
    stumbles over may not keep others from being heard.
    """
    with desk.transaction() as session:
        others = [] if is_alone else queue.take_along(session, Job.HEAR, AT_A_TIME - 1)
        unheard = intake.load_unheard(session, [feedback_id, *(other.subject_id for other in others)])
    themes = desk.rules.current().themes.values()
    scores = dict(zip(unheard, desk.ear.score([each.words for each in unheard], themes), strict=True))
    opened: dict[int, int] = {}
    with desk.transaction() as session:
        for pieces in _by_turns(unheard):
            heard = {each.feedback_id: scores[each] for each in pieces}
            cases = intake.hear_all(session, heard, desk.rules.current(), at=desk.now())
            opened |= {case.feedback_id: case.id for case in cases}
        queue.drop(session, others)
    for each in unheard:
        facts = {"feedback_id": each.feedback_id, "case_id": opened.get(each.feedback_id)}
        log.info("feedback heard", extra=facts)


def _by_turns(unheard: Sequence[Unheard]) -> Iterator[list[Unheard]]:
    """Everybody's first piece, then everybody's second: what is decided depends on what is open by then."""
    left = list(unheard)
    while left:
        turn = {each.customer_id: each for each in reversed(left)}
        yield list(turn.values())
        left = [each for each in left if turn[each.customer_id] is not each]
