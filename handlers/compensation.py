"""What we give a customer to make it right, within the limits of rules.yaml; what is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from handlers import ledger
from handlers.act import Act
from handlers.budgets import load_limits, take_budgets
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo, NeedsApproval
from handlers.jobs import Job, Urgency, defer
from handlers.offers import Settled, settle
from models.case import Case
from models.compensation import Compensation, LedgerEntry
from models.policies import catalogue, lifecycle
from models.policies import compensation as policy
from models.policies.approvals import approvers, who_can_approve
from models.policies.budgets import Limit
from models.policies.catalogue import Wish
from models.policies.handover import text_for, text_with
from models.policies.permissions import Verb, roles_in
from models.vocabulary import AgentId, CaseEventKind, LedgerState, Money


@dataclass(frozen=True, slots=True)
class Yes:
    """Who approved a gift, and which limits it passes; None where it is within them by now."""

    by: AgentId
    over: str | None


REASON_LENGTH = 300
"""Characters of a reason: what its form takes."""

OVER = frozenset({LedgerState.CANCELLED, LedgerState.EXPIRED, LedgerState.REDEEMED})
"""What is one of these is neither taken back nor handed over any more."""

_GIVEN = (
    select(func.sum(LedgerEntry.amount), LedgerEntry.currency)
    .where(LedgerEntry.case_id == bindparam("case_id"))
    .group_by(LedgerEntry.currency)
    .order_by(func.min(LedgerEntry.id))
)
_STANDING = (
    select(Compensation)
    .where(Compensation.case_id == bindparam("case_id"))
    .where(~Compensation.entries.any(LedgerEntry.state.in_(OVER)))
    .order_by(Compensation.id)
)


def grant(session: Session, case_id: int, act: Act, *, wish: Wish, reason: str) -> Compensation:
    """Give something within the limits: it is in the ledger, and in every budget, when this commits.

    The case and the budgets are locked from before the sums are read until the transaction ends: two quick
    clicks are one after the other, and the second sees what the first gave.
    """
    case = take_case(session, case_id, act, Verb.COMPENSATE)
    refuse(lifecycle.why_not_work(standing_of(session, case)))
    words = why_of(reason, f"/recovery compensate {case_id} 20 EUR voucher parcel came late")
    settled = settle(session, case, act, wish)
    take_budgets(session, case, act.by)
    limits = load_limits(session, case, act, act.by)
    _refuse_over(case, act, settled.money, limits)
    return give(session, case, act, settled, why=words)


def give(
    session: Session, case: Case, act: Act, settled: Settled, *, why: str, yes: Yes | None = None
) -> Compensation:
    """Enter what `act.by` gives, with their budgets locked and looked at; `yes` is to what passes a limit."""
    granted = _new_gift(case, act, settled, why)
    session.add(granted)
    session.flush()
    entry = ledger.enter(session, case, granted, act, state=LedgerState.GRANTED, why=why)
    if yes is not None:
        entry.approved_by, entry.over = yes.by, yes.over
    text = text_for(granted.text, code="")
    ledger.tell(session, case, granted, act, CaseEventKind.COMPENSATED, reason=why, text=text)
    if granted.amount:
        defer(session, Job.HAND_OVER, granted.id, lock=f"gift:{granted.id}", urgency=Urgency.LINE)
    return granted


def revoke(session: Session, case_id: int, act: Act, *, gift: int | None, reason: str) -> Compensation:
    """Take back what was given: the ledger gets a line against it, and the budgets have it again.

    `gift` is its number; None: the only one that there is. A case that is over can be corrected so too.
    """
    case = take_case(session, case_id, act, Verb.REVOKE)
    words = why_of(reason, f"/recovery revoke {case_id} The order was cancelled")
    chosen = choose_standing(session, case.id, gift, Verb.REVOKE)
    roles = roles_in(act.by, case.team, act.rulebook)
    refuse(policy.why_not_revoke(act.by, chosen.granted_by, roles))
    ledger.enter(session, case, chosen, act, state=LedgerState.CANCELLED, why=words)
    proof = ledger.latest_proof(chosen)
    code = proof.code if proof else ""
    ledger.tell(session, case, chosen, act, CaseEventKind.COMPENSATION_REVOKED, reason=words, code=code)
    return chosen


def list_given(session: Session, case_id: int) -> list[Money]:
    """What a case has been given by now, a sum for each currency; what came to nothing is left out."""
    rows = session.execute(_GIVEN, {"case_id": case_id})
    return [Money(amount, currency) for amount, currency in rows if amount]


def list_standing(session: Session, case_id: int) -> list[Compensation]:
    """What was given in a case and neither taken back nor used nor expired, the oldest first."""
    return list(session.scalars(_STANDING, {"case_id": case_id}))


def choose_standing(session: Session, case_id: int, gift: int | None, verb: Verb) -> Compensation:
    """The gift of that number, or the only one; raises CannotDo where that is not clear."""
    standing = list_standing(session, case_id)
    numbers = [each.id for each in standing]
    refuse(policy.why_not_choose(gift, numbers, case_id, verb), field="gift")
    return standing[0] if gift is None else standing[numbers.index(gift)]


def words_of_gift(gift: Compensation) -> str:
    """What it is, for people."""
    what = gift.name or gift.kind.value
    return catalogue.words_of_gift(what, gift.quantity, str(gift.money) if gift.amount else "")


def _refuse_over(case: Case, act: Act, money: Money, limits: Sequence[Limit]) -> None:
    """Refuse what passes a limit; raises NeedsApproval where somebody may say yes to it."""
    over = policy.why_not_within(money, limits, act.rulebook.compensation)
    if over is None:
        return
    able = approvers(money, limits, act.by, team=case.team, rulebook=act.rulebook)
    words = f"{over} {who_can_approve(able)}"
    if able:
        raise NeedsApproval(words, field="amount")
    raise CannotDo(words, field="amount")


def _new_gift(case: Case, act: Act, settled: Settled, why: str) -> Compensation:
    """On today's terms: whatever becomes of the catalogue, this stays what was given."""
    offer, money = settled.offer, settled.money
    expires_at = act.at + offer.expires if offer.expires else None
    zone = ZoneInfo(act.rulebook.time_zone)
    return Compensation(
        case_id=case.id,
        kind=offer.kind,
        offer=offer.key,
        name=offer.name if act.rulebook.compensation.catalogue else None,
        quantity=settled.quantity,
        amount=money.amount,
        currency=money.currency,
        expires_at=expires_at,
        text=text_with(
            offer.text,
            name=offer.name,
            amount=settled.quantity or str(money),
            until=expires_at.astimezone(zone).date() if expires_at else None,
        ),
        reason=why,
        granted_by=act.by,
        granted_at=act.at,
    )


def why_of(reason: str, example: str) -> str:
    """The words of a reason; raises CannotDo where there are none, or too many."""
    words = reason.strip()
    if not words:
        raise CannotDo(f"Say why: `{example}`", field="reason")
    if len(words) > REASON_LENGTH:
        raise CannotDo(
            f"Say why in at most {REASON_LENGTH} characters; these are {len(words)}.", field="reason"
        )
    return words
