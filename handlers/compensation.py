"""What we give a customer to make it right, within the limits of rules.yaml."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from models.compensation import Compensation
from models.policies import compensation as policy
from models.policies import lifecycle
from models.policies.permissions import Verb, roles_in
from models.vocabulary import CaseEventKind, CompensationKind, Money

_GIVEN = select(Compensation).where(Compensation.case_id == bindparam("case_id")).order_by(Compensation.id)


def grant(
    session: Session, case_id: int, act: Act, *, kind: CompensationKind, money: Money, reason: str
) -> Compensation:
    """Give something within the limit of the person who gives it.

    The case is locked from before the sum is read until the transaction ends: two quick clicks are one
    after the other, and the second sees what the first gave.
    """
    case = take_case(session, case_id, act, Verb.COMPENSATE)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    words = reason.strip()
    if not words:
        raise CannotDo(f"Say why: `/recovery compensate {case_id} 20 EUR voucher parcel came late`")
    given = list_given(session, case_id)
    roles = roles_in(act.by, case.team, act.rulebook)
    refuse(
        policy.why_not_grant(kind, money, given=given, roles=roles, rules=act.rulebook.compensation),
        field="amount",
    )
    granted = Compensation(
        case_id=case.id,
        kind=kind,
        amount=money.amount,
        currency=money.currency,
        reason=words,
        granted_by=act.by,
        granted_at=act.at,
    )
    session.add(granted)
    details = {"kind": kind.value, "amount": str(money.amount), "currency": money.currency, "reason": words}
    event = record(session, case, CaseEventKind.COMPENSATED, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    return granted


def list_given(session: Session, case_id: int) -> list[Money]:
    """What a case has been given so far, the oldest first."""
    return [row.money for row in session.scalars(_GIVEN, {"case_id": case_id})]
