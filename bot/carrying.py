"""What was done to the parent of a burst is done to its members, batch after batch."""

import logging

from bot.desk import Desk
from handlers import carrying

log = logging.getLogger(__name__)


def carry(desk: Desk, carry_id: int) -> None:
    """Carry one order out to its end; after a crash it goes on where it was."""
    is_done = False
    while not is_done:
        with desk.transaction() as session:
            is_done = carrying.carry_on(session, carry_id, desk.rules.current(), desk.now())
    log.info("carried to the members of a burst", extra={"carry_id": carry_id})
