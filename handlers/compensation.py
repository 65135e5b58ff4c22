"""What we give a customer to make it right, within the limits of rules.yaml; what is taken back."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.budgets import load_limits, take_budgets
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.offers import Settled, settle
from models.case import Case
from models.compensation import Compensation, LedgerEntry
from models.policies import catalogue, lifecycle
from models.policies import compensation as policy
from models.policies.catalogue import Wish
from models.policies.permissions import Verb, roles_in
from models.vocabulary import CaseEventKind, LedgerState, Money

REASON_LENGTH = 300
"""Characters of a reason: what its form takes."""

_GIVEN = (
    select(func.sum(LedgerEntry.amount), LedgerEntry.currency)
    .where(LedgerEntry.case_id == bindparam("case_id"))
    .group_by(LedgerEntry.currency)
    .order_by(func.min(LedgerEntry.id))
)
_STANDING = (
    select(Compensation)
    .where(Compensation.case_id == bindparam("case_id"))
    .where(~Compensation.entries.any(LedgerEntry.state == LedgerState.CANCELLED))
    .order_by(Compensation.id)
)


def grant(session: Session, case_id: int, act: Act, *, wish: Wish, reason: str) -> Compensation:
    """Give something within the limits: it is in the ledger, and in every budget, when this commits.

    The case and the budgets are locked from before the sums are read until the transaction ends: two quick
    clicks are one after the other, and the second sees what the first gave.
    """
    case = take_case(session, case_id, act, Verb.COMPENSATE)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    words = _why(reason, f"/recovery compensate {case_id} 20 EUR voucher parcel came late")
    settled = settle(session, case, act, wish)
    rules = act.rulebook.compensation
    take_budgets(session, case, act.by)
    limits = load_limits(session, case, act, act.by)
    refuse(policy.why_not_within(settled.money, limits, rules), field="amount")
    granted = _new_gift(case, act, settled, words)
    session.add(granted)
    session.flush()
    _enter(session, case, granted, act, LedgerState.GRANTED, words)
    _tell(session, case, granted, act, CaseEventKind.COMPENSATED, words)
    return granted


def revoke(session: Session, case_id: int, act: Act, *, gift: int | None, reason: str) -> Compensation:
    """Take back what was given: the ledger gets a line against it, and the budgets have it again.

    `gift` is its number; None: the only one that there is. A case that is over can be corrected so too.
    """
    case = take_case(session, case_id, act, Verb.REVOKE)
    words = _why(reason, f"/recovery revoke {case_id} The order was cancelled")
    standing = list_standing(session, case_id)
    numbers = [each.id for each in standing]
    refuse(policy.why_not_choose(gift, numbers, case_id), field="gift")
    chosen = standing[0] if gift is None else standing[numbers.index(gift)]
    roles = roles_in(act.by, case.team, act.rulebook)
    refuse(policy.why_not_revoke(act.by, chosen.granted_by, roles))
    _enter(session, case, chosen, act, LedgerState.CANCELLED, words)
    _tell(session, case, chosen, act, CaseEventKind.COMPENSATION_REVOKED, words)
    return chosen


def list_given(session: Session, case_id: int) -> list[Money]:
    """What a case has been given by now, a sum for each currency; what came to nothing is left out."""
    rows = session.execute(_GIVEN, {"case_id": case_id})
    return [Money(amount, currency) for amount, currency in rows if amount]


def list_standing(session: Session, case_id: int) -> list[Compensation]:
    """What was given in a case and not taken back, the oldest first."""
    return list(session.scalars(_STANDING, {"case_id": case_id}))


def words_of_gift(gift: Compensation) -> str:
    """What it is, for people."""
    what = gift.name or gift.kind.value
    return catalogue.words_of_gift(what, gift.quantity, str(gift.money) if gift.amount else "")


def _new_gift(case: Case, act: Act, settled: Settled, why: str) -> Compensation:
    """On today's terms: whatever becomes of the catalogue, this stays what was given."""
    offer, money = settled.offer, settled.money
    return Compensation(
        case_id=case.id,
        kind=offer.kind,
        offer=offer.key,
        name=offer.name if act.rulebook.compensation.catalogue else None,
        quantity=settled.quantity,
        amount=money.amount,
        currency=money.currency,
        expires_at=act.at + offer.expires if offer.expires else None,
        text=offer.text,
        reason=why,
        granted_by=act.by,
        granted_at=act.at,
    )


def _why(reason: str, example: str) -> str:
    words = reason.strip()
    if not words:
        raise CannotDo(f"Say why: `{example}`", field="reason")
    if len(words) > REASON_LENGTH:
        raise CannotDo(
            f"Say why in at most {REASON_LENGTH} characters; these are {len(words)}.", field="reason"
        )
    return words


def _enter(session: Session, case: Case, gift: Compensation, act: Act, state: LedgerState, why: str) -> None:
    """Write a line; one that takes back counts where the grant did, also when the case was moved since."""
    first = gift.entries[0] if gift.entries else None
    session.add(
        LedgerEntry(
            compensation=gift,
            case_id=case.id,
            customer_id=first.customer_id if first else case.customer_id,
            team=first.team if first else case.team,
            theme=first.theme if first else case.rule,
            state=state,
            amount=gift.amount if state is LedgerState.GRANTED else -gift.amount,
            currency=gift.currency,
            granted_by=gift.granted_by,
            granted_at=gift.granted_at,
            by=act.by,
            why=why,
            at=act.at,
        )
    )


def _tell(session: Session, case: Case, gift: Compensation, act: Act, kind: CaseEventKind, why: str) -> None:
    event = record(
        session,
        case,
        kind,
        by=act.by,
        at=act.at,
        gift=gift.id,
        kind=gift.kind.value,
        name=gift.name,
        quantity=gift.quantity,
        amount=str(gift.money.rounded().amount),
        currency=gift.currency,
        reason=why,
    )
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
