"""Who said it: one customer for each handle at a source."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.case import Case
from models.customer import Customer, Profile
from models.feedback import Feedback
from models.policies.intake import IncomingFeedback
from models.vocabulary import CaseStatus

FEEDBACK_COUNT = (
    select(func.count()).where(Feedback.customer_id == Customer.id).correlate(Customer).scalar_subquery()
)
"""How often a customer wrote, by now; for a statement that reads the customer."""
OPEN_CASES = (
    select(func.count())
    .where(Case.customer_id == Customer.id, Case.status != CaseStatus.RESOLVED)
    .correlate(Customer)
    .scalar_subquery()
)
"""How many cases of a customer are not resolved."""

_BY_HANDLE = (
    select(Customer)
    .join(Profile)
    .where(Profile.source == bindparam("source"), Profile.handle == bindparam("handle"))
)
_ADD_PROFILE = insert(Profile).on_conflict_do_nothing().returning(Profile.id)


def find_or_add_customer(session: Session, incoming: IncomingFeedback, at: datetime) -> Customer:
    """The customer behind a handle; a new one where the handle is new.

    Feedback without a handle is by somebody unknown, each time somebody else. Two pieces that bring the
    same new handle at once are serialised by the unique profile: the second waits and finds the first's.
    """
    if incoming.author_handle is None:
        return _add(session, incoming, at)
    handle = {"source": incoming.source, "handle": incoming.author_handle}
    found = session.scalar(_BY_HANDLE, handle)
    if found is not None:
        found.segment = _segment(incoming) or found.segment
        return found
    customer = _add(session, incoming, at)
    if session.scalar(_ADD_PROFILE, {**handle, "customer_id": customer.id}) is not None:
        return customer
    session.delete(customer)
    session.flush()
    return session.scalars(_BY_HANDLE, handle).one()


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
