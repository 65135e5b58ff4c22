"""Another system, a file or a person tells that a customer used what was given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import ledger
from handlers.act import Act
from handlers.cases import LARGEST_NUMBER, lock_case, refuse, take_case
from handlers.errors import CannotDo
from models.compensation import Compensation, LedgerEntry
from models.policies.compensation import why_not_choose
from models.policies.handover import Proof, Span, why_not_redeem, why_too_long
from models.policies.permissions import Verb
from models.vocabulary import CaseEventKind, LedgerState


class NoSuchGift(CannotDo):
    """Nothing was given under that number or code."""


@dataclass(frozen=True, slots=True)
class Used:
    """What was used, by its number or else by its code; when, and where that is noted."""

    gift: int | None
    code: str
    at: datetime
    reference: str = ""


def redeem(session: Session, act: Act, used: Used) -> bool:
    """Write down that a gift was used; False where that is known. Raises NoSuchGift, CannotDo.

    What had expired by our clock and was used in time costs us after all, and is given again in the ledger.
    """
    gift = session.get_one(Compensation, _number(session, used))
    case = lock_case(session, gift.case_id)
    session.refresh(gift, ["entries"])
    states = ledger.states_of(gift)
    if LedgerState.REDEEMED in states:
        return False
    refusal = why_not_redeem(states, gift.id, used.at, Span(gift.granted_at, gift.expires_at))
    refuse(refusal, field="gift")
    entry = ledger.enter(session, case, gift, act, state=LedgerState.REDEEMED, why="the customer used it")
    ledger.prove(entry, Proof(used.code, used.reference))
    kind = CaseEventKind.COMPENSATION_REDEEMED
    ledger.tell(session, case, gift, act, kind, reference=used.reference, used_at=used.at.isoformat())
    return True


def redeem_by_hand(
    session: Session, case_id: int, act: Act, *, gift: int | None, at: datetime | None, reference: str
) -> None:
    """A person says that a gift was used, `at` None: just now; by the same rules as of another system.

    `gift` is its number; None: the only one that was neither used nor taken back. What expired can be named:
    it may have been used in time.
    """
    case = take_case(session, case_id, act, Verb.REDEEMED)
    if at is not None and at > act.at:
        raise CannotDo(f"{at:%Y-%m-%d %H:%M} UTC has not come yet: say when it was used.", field="at")
    refuse(why_too_long("reference", reference), field="reference")
    number = _choose(session, case.id, gift)
    if not redeem(session, act, Used(number, "", at or act.at, reference)):
        raise CannotDo(f"G{number} is in the ledger as used already.", field="gift")


def _choose(session: Session, case_id: int, gift: int | None) -> int:
    is_over = LedgerEntry.state.in_([LedgerState.CANCELLED, LedgerState.REDEEMED])
    given = select(Compensation.id).where(Compensation.case_id == case_id).order_by(Compensation.id)
    if gift is None:
        given = given.where(~Compensation.entries.any(is_over))
    numbers = session.scalars(given).all()
    refuse(why_not_choose(gift, numbers, case_id, Verb.REDEEMED), field="gift")
    return numbers[0] if gift is None else gift


def _number(session: Session, used: Used) -> int:
    if used.gift is not None:
        known = used.gift <= LARGEST_NUMBER and session.get(Compensation, used.gift) is not None
        if not known:
            raise NoSuchGift(f"There is no gift {used.gift}.")
        return used.gift
    found = session.scalars(
        select(LedgerEntry.compensation_id)
        .where(LedgerEntry.code == used.code, LedgerEntry.state == LedgerState.HANDED_OVER)
        .distinct()
        .limit(2)
    ).all()
    if not found:
        raise NoSuchGift("Nothing was handed over with that code.")
    if len(found) > 1:
        raise CannotDo("Several gifts have that code; name the gift by its number.")
    return found[0]
