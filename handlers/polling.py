"""Sources that are asked: whose turn it is, what came, and when to ask again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import intake
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Rulebook
from models.source import SourceCursor


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to ask a source now. `newest_id` is how far we have read; None: never yet."""

    source: str
    newest_id: str | None


def take_turn(session: Session, source: str, *, every: timedelta, at: datetime) -> Turn | None:
    """Book the next poll of a source; None while another replica has it or it is not due.

    The turn is booked before the source is asked, because no call is made within a transaction: a crash
    costs one interval, and what is then read twice is known by its external ids.
    """
    session.execute(insert(SourceCursor).values(source=source, poll_again_at=at).on_conflict_do_nothing())
    cursor = session.scalar(
        select(SourceCursor)
        .where(SourceCursor.source == source, SourceCursor.poll_again_at <= at)
        .with_for_update(skip_locked=True)
    )
    if cursor is None:
        return None
    cursor.poll_again_at = at + every
    return Turn(source, cursor.newest_id)


def keep_page(
    session: Session,
    turn: Turn,
    feedback: Sequence[IncomingFeedback],
    newest_id: str | None,
    *,
    rulebook: Rulebook,
    at: datetime,
) -> int:
    """Store what a source told and how far we have read, in one transaction; how much of it was new.

    At the first reading of a source what is older than rules.yaml's `imports` says opens nothing.
    """
    oldest = at - rulebook.imports.open_cases_for if turn.newest_id is None else None
    stored = [_keep(session, incoming, oldest, at) for incoming in feedback]
    cursor = session.get_one(SourceCursor, turn.source)
    cursor.newest_id, cursor.last_error = newest_id or cursor.newest_id, None
    return sum(stored)


def put_off(session: Session, turn: Turn, *, until: datetime | None, why: str | None) -> bool:
    """The source did not answer, or asked to wait; True when the reason is news."""
    cursor = session.get_one(SourceCursor, turn.source)
    is_news = why is not None and cursor.last_error != why
    cursor.last_error = why
    if until is not None:
        cursor.poll_again_at = max(until, cursor.poll_again_at)
    return is_news


def _keep(session: Session, incoming: IncomingFeedback, oldest: datetime | None, at: datetime) -> bool:
    is_old = oldest is not None and incoming.occurred_at is not None and incoming.occurred_at < oldest
    receive = intake.receive_old_feedback if is_old else intake.receive_feedback
    return receive(session, incoming, at) is not None
