"""Deliveries from Slack are acted on once, however often Slack sends them."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.message import ReceivedEvent

KEPT_FOR = timedelta(days=2)
"""Slack gives up after three retries within an hour or so."""


def is_new(session: Session, event_id: str, at: datetime) -> bool:
    """Whether this delivery was never acted on; from now on it was, if the transaction commits."""
    statement = (
        insert(ReceivedEvent).values(id=event_id, at=at).on_conflict_do_nothing().returning(ReceivedEvent.id)
    )
    return session.scalar(statement) is not None


def forget_old(session: Session, at: datetime) -> None:
    """Drop what Slack will not send again."""
    session.execute(delete(ReceivedEvent).where(ReceivedEvent.at < at - KEPT_FOR))
