"""What a customer is to us by now; for statements that read the customer."""

from sqlalchemy import func, select

from models.case import Case
from models.customer import Customer
from models.feedback import Feedback
from models.vocabulary import CaseStatus

FEEDBACK_COUNT = (
    select(func.count()).where(Feedback.customer_id == Customer.id).correlate(Customer).scalar_subquery()
)
"""How often a customer wrote."""
OPEN_CASES = (
    select(func.count())
    .where(Case.customer_id == Customer.id, Case.status != CaseStatus.RESOLVED, Case.matter > 0)
    .correlate(Customer)
    .scalar_subquery()
)
"""How many cases of a customer are not resolved; the parent of a burst is no customer's own."""
