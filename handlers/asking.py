"""People are asked how feedback feels of which the model is not sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages
from models.policies.review import ReviewRules
from models.review import Review
from models.vocabulary import ReviewReason


@dataclass(frozen=True, slots=True)
class Asked:
    """Feedback about which a person is asked: since now, and altogether of what was looked at."""

    now: frozenset[int] = frozenset()
    by_now: frozenset[int] = frozenset()


def ask(
    session: Session, doubtful: Mapping[int, ReviewReason], rules: ReviewRules | None, at: datetime
) -> Asked:
    """Ask about these pieces of feedback, by their ids, as far as there is room in the queue.

    Three statements for any number of pieces, and none where there is nothing to ask.
    """
    if rules is None or not doubtful:
        return Asked()
    waiting, known = _waiting(session, doubtful)
    new = [feedback_id for feedback_id in doubtful if feedback_id not in known]
    asked = _book(
        session, {each: doubtful[each] for each in new[: max(rules.at_most - waiting, 0)]}, rules, at
    )
    messages.promise_reviews(session, rules.channel, sorted(asked), at)
    return Asked(asked, asked | known)


def _waiting(session: Session, doubtful: Mapping[int, ReviewReason]) -> tuple[int, frozenset[int]]:
    """How many wait for an answer, and which of these pieces were asked about before."""
    is_ours = Review.feedback_id.in_(doubtful)
    waiting = func.count().filter(Review.settled_at.is_(None))
    known = func.array_agg(Review.feedback_id).filter(is_ours)
    count, ours = session.execute(select(waiting, known).where(Review.settled_at.is_(None) | is_ours)).one()
    return count, frozenset(ours or ())


def _book(
    session: Session, asking: Mapping[int, ReviewReason], rules: ReviewRules, at: datetime
) -> frozenset[int]:
    if not asking:
        return frozenset()
    rows = [
        {"feedback_id": feedback_id, "reason": reason, "asked_at": at, "due_at": at + rules.wait}
        for feedback_id, reason in asking.items()
    ]
    booked = insert(Review).on_conflict_do_nothing().returning(Review.feedback_id)
    return frozenset(session.scalars(booked, rows))
