"""The auditor's look: at our books, at the queue, and at the ticks themselves."""

from collections.abc import Collection

from bot.desk import Desk
from bot.queue_state import QueueState, load_queue_state
from handlers import audit
from models.policies.audit import LATE_JOB, Seen
from models.vocabulary import FindingKind

UNHEARD = "feedback that cannot be heard; `recovery doctor` says why"


def audit_books(desk: Desk, tick_names: Collection[str]) -> None:
    """Look for what should have happened and did not; `tick_names` are the ticks that are to run here."""
    with desk.transaction() as session:
        at = desk.now()
        queue = load_queue_state(session, late=LATE_JOB)
        seen = audit.look_at_books(session, at, tick_names=tick_names) | _of_queue(queue)
        audit.book(session, seen, desk.rules.current(), at)


def _of_queue(queue: QueueState) -> dict[FindingKind, Seen]:
    return {
        FindingKind.STALLED_JOB: Seen(queue.stalled),
        FindingKind.LATE_JOB: Seen(queue.late + queue.unheard, (UNHEARD,) if queue.unheard else ()),
        FindingKind.FAILED_JOB: Seen(queue.failed, tuple(queue.failed_kinds)),
    }
