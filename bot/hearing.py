"""Feedback is heard: scored outside of any transaction, then decided and opened inside one."""

import logging

from bot.desk import Desk
from handlers import intake

log = logging.getLogger(__name__)


def hear(desk: Desk, feedback_id: int) -> None:
    """Score one piece of feedback and do what the rules order; a second time does nothing."""
    with desk.transaction() as session:
        unheard = intake.find_unheard(session, feedback_id)
    if unheard is None:
        return
    (score,) = desk.ear.score([unheard.words])
    with desk.transaction() as session:
        case = intake.hear(session, feedback_id, score, desk.rules.current(), at=desk.now())
        opened = case.id if case is not None else None
    log.info("feedback heard", extra={"feedback_id": feedback_id, "case_id": opened})
