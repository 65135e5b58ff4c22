"""A gift reaches the customer: handed over, used, or expired without being used."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import ledger
from handlers.act import Act
from handlers.cases import lock_case, refuse, take_case
from handlers.compensation import OVER, choose_standing
from models.case import Case
from models.compensation import Compensation, LedgerEntry
from models.policies.handover import Proof, text_for, why_not_prove
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM, CaseEventKind, LedgerState


def hand_over(session: Session, case_id: int, act: Act, *, gift: int | None, proof: Proof) -> Compensation:
    """A person says that the customer has it, with a code, a reference or a file that shows it.

    `gift` is its number; None: the only one that there is. Saying it anew with another proof corrects it.
    """
    case = take_case(session, case_id, act, Verb.HANDOVER)
    chosen = choose_standing(session, case.id, gift, Verb.HANDOVER)
    example = f"/recovery handover {case_id} G{chosen.id} code SUMMER-20"
    refuse(why_not_prove(proof, ledger.latest_proof(chosen), example), field="code")
    keep_handover(session, case, chosen, act, proof)
    return chosen


def keep_handover(session: Session, case: Case, gift: Compensation, act: Act, proof: Proof) -> None:
    """Write down that it was handed over; the thread has the words for the customer, with the code."""
    entry = ledger.enter(session, case, gift, act, state=LedgerState.HANDED_OVER, why=gift.reason)
    ledger.prove(entry, proof)
    ledger.tell(
        session,
        case,
        gift,
        act,
        CaseEventKind.COMPENSATION_HANDED_OVER,
        code=proof.code,
        reference=proof.reference,
        files=entry.files,
        text=text_for(gift.text, proof.code),
    )


def expire(session: Session, rulebook: Rulebook, at: datetime, limit: int = 100) -> int:
    """End what nobody used in time; how many gifts. Every budget has them again.

    Cases are locked by ascending number; a gift that somebody takes back meanwhile is looked at again then.
    """
    is_over = Compensation.entries.any(LedgerEntry.state.in_(OVER))
    due = session.execute(
        select(Compensation.case_id, Compensation.id)
        .where(Compensation.expires_at <= at, ~is_over)
        .order_by(Compensation.case_id, Compensation.id)
        .limit(limit)
    ).all()
    act, count = Act(by=SYSTEM, at=at, rulebook=rulebook), 0
    for case_id, gift_id in due:
        case = lock_case(session, case_id)
        gift = session.get_one(Compensation, gift_id, populate_existing=True)
        session.refresh(gift, ["entries"])
        if ledger.states_of(gift) & OVER:
            continue
        ledger.enter(session, case, gift, act, state=LedgerState.EXPIRED, why="nobody used it in time")
        ledger.tell(session, case, gift, act, CaseEventKind.COMPENSATION_EXPIRED)
        count += 1
    return count
