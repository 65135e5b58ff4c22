"""What we ask another system to hand over: told once under one key, its answer kept, its silence told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import ledger, messages
from handlers.act import Act
from handlers.cases import lock_case
from handlers.compensation import OVER
from handlers.handovers import keep_handover
from models.case import Case
from models.compensation import Compensation, HandoverOrder
from models.customer import Customer, Profile
from models.feedback import Feedback
from models.policies.handover_orders import MOST_TRIES, Answer, proof_in
from models.vocabulary import CaseEventKind, LedgerState

ANSWER_LENGTH = 4000
"""Characters of an answer that are kept."""
SUBJECT = "compensation webhook"
"""What the admins are told about, once until it is well again."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery, the `tries`-th of its key: what is given to whom, as plain values for JSON."""

    key: str
    tries: int
    content: dict[str, Any]


def take_parcel(session: Session, gift_id: int, at: datetime) -> Parcel | None:
    """What is to be sent now, counted as tried; None where nothing is, because the gift or the order is over.

    What a person handed over already is not made a second time.
    """
    case, gift = _take(session, gift_id)
    if ledger.states_of(gift) & (OVER | {LedgerState.HANDED_OVER}):
        return None
    order = _order_of(session, gift_id, at)
    if order.is_over:
        return None
    order.tries, order.tried_at = order.tries + 1, at
    return Parcel(str(order.key), order.tries, _content(session, case, gift, str(order.key)))


def keep_answer(session: Session, gift_id: int, act: Act, answer: Answer) -> None:
    """It was taken: what was answered is kept, and a code of it is in the case; twice is once."""
    case, gift = _take(session, gift_id)
    order = _order_of(session, gift_id, act.at)
    if order.answered_at is not None:
        return
    order.answered_at, order.answer, order.failed_at = act.at, answer.body[:ANSWER_LENGTH], None
    proof = proof_in(answer.body, str(order.key))
    if ledger.states_of(gift) & OVER:
        why = (
            f"it is over meanwhile; your system made {proof.code or proof.reference}, which is to be blocked"
        )
        _tell_trouble(session, case, gift, act, why=why, is_over=True)
    else:
        keep_handover(session, case, gift, act, proof)
    if messages.is_news(session, SUBJECT, "", act.at):
        words = "✅ Your system takes what is given again."
        messages.tell_admins(session, act.rulebook.admins.channel, words, act.at)


def keep_trouble(session: Session, gift_id: int, act: Act, why: str, *, is_final: bool) -> bool:
    """It was not taken: why, and whether it is given up, which the case is told, and the admins once."""
    case, gift = _take(session, gift_id)
    order = _order_of(session, gift_id, act.at)
    if order.is_over:
        return True
    order.last_error = why
    if not is_final and order.tries < MOST_TRIES:
        return False
    order.failed_at = act.at
    _tell_trouble(session, case, gift, act, why=why, is_over=bool(ledger.states_of(gift) & OVER))
    if messages.is_news(session, SUBJECT, why, act.at):
        words = (
            f"⚠️ Your system does not take what is given: {why}. People hand it over until it does; the first "
            f"is G{gift.id} of case #{case.id}. docs/compensation.md tells what is sent."
        )
        messages.tell_admins(session, act.rulebook.admins.channel, words, act.at)
    return True


def _take(session: Session, gift_id: int) -> tuple[Case, Compensation]:
    """The gift with all that became of it, its case locked until the transaction ends."""
    gift = session.get_one(Compensation, gift_id)
    case = lock_case(session, gift.case_id)
    session.refresh(gift, ["entries"])
    return case, gift


def _order_of(session: Session, gift_id: int, at: datetime) -> HandoverOrder:
    fresh = insert(HandoverOrder).values(compensation_id=gift_id, key=uuid4(), asked_at=at, tries=0)
    session.execute(fresh.on_conflict_do_nothing(index_elements=["compensation_id"]))
    found = select(HandoverOrder).where(HandoverOrder.compensation_id == gift_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one()


def _tell_trouble(
    session: Session, case: Case, gift: Compensation, act: Act, *, why: str, is_over: bool
) -> None:
    kind = CaseEventKind.COMPENSATION_NOT_TAKEN
    ledger.tell(session, case, gift, act, kind, why=why, is_over=is_over)


def _content(session: Session, case: Case, gift: Compensation, key: str) -> dict[str, Any]:
    customer = session.get_one(Customer, case.customer_id)
    profiles = session.scalars(
        select(Profile).where(Profile.customer_id == customer.id).order_by(Profile.id)
    ).all()
    return {
        "type": "compensation.granted",
        "timestamp": gift.granted_at.isoformat(),
        "data": {
            "idempotency_key": key,
            "gift": gift.id,
            "case": case.id,
            "kind": gift.kind.value,
            "offer": gift.offer,
            "name": gift.name or gift.kind.value,
            "quantity": gift.quantity,
            "amount": str(gift.money.rounded().amount),
            "currency": gift.currency,
            "expires_at": gift.expires_at.isoformat() if gift.expires_at else None,
            "granted_by": gift.granted_by,
            "customer": {
                "id": customer.id,
                "name": customer.name,
                "segment": customer.segment,
                "profiles": [{"source": each.source, "handle": each.handle} for each in profiles],
            },
            "attributes": session.get_one(Feedback, case.feedback_id).attributes,
        },
    }
