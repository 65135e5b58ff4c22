"""Who said it: one customer for each handle at a source."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.case import Case
from models.customer import Customer, Profile
from models.feedback import Feedback
from models.policies.intake import IncomingFeedback
from models.vocabulary import CaseStatus


def find_or_add_customer(session: Session, incoming: IncomingFeedback, at: datetime) -> Customer:
    """The customer behind a handle; a new one where the handle is new.

    Feedback without a handle is by somebody unknown, each time somebody else. Two pieces that bring the
    same new handle at once are serialised by the unique profile: the second waits and finds the first's.
    """
    handle = incoming.author_handle
    if handle is None:
        return _add(session, incoming, at)
    found = _find(session, incoming.source, handle)
    if found is not None:
        found.segment = _segment(incoming) or found.segment
        return found
    customer = _add(session, incoming, at)
    taken = session.execute(
        insert(Profile)
        .values(customer_id=customer.id, source=incoming.source, handle=handle)
        .on_conflict_do_nothing()
        .returning(Profile.id)
    ).scalar()
    if taken is None:
        session.delete(customer)
        session.flush()
        return _get(session, incoming.source, handle)
    return customer


def count_feedback(session: Session, customer_id: int) -> int:
    """How often this customer wrote, by now."""
    return session.scalar(select(func.count()).where(Feedback.customer_id == customer_id)) or 0


def count_open_cases(session: Session, customer_id: int) -> int:
    """How many cases of this customer are not resolved."""
    return (
        session.scalar(
            select(func.count()).where(Case.customer_id == customer_id, Case.status != CaseStatus.RESOLVED)
        )
        or 0
    )


def _find(session: Session, source: str, handle: str) -> Customer | None:
    return session.scalar(
        select(Customer).join(Profile).where(Profile.source == source, Profile.handle == handle)
    )


def _get(session: Session, source: str, handle: str) -> Customer:
    return session.scalars(
        select(Customer).join(Profile).where(Profile.source == source, Profile.handle == handle)
    ).one()


def _add(session: Session, incoming: IncomingFeedback, at: datetime) -> Customer:
    customer = Customer(
        name=incoming.author_name or incoming.author_handle, segment=_segment(incoming), first_heard_at=at
    )
    session.add(customer)
    session.flush()
    return customer


def _segment(incoming: IncomingFeedback) -> str | None:
    segment = incoming.attributes.get("segment")
    return segment if isinstance(segment, str) and segment else None
