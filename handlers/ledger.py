"""Lines of the ledger, and the thread's words for each: only ever added."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.history import record
from models.case import Case
from models.compensation import Compensation, LedgerEntry
from models.policies.handover import Proof
from models.vocabulary import CaseEventKind, LedgerState, SharedFile


def enter(
    session: Session, case: Case, gift: Compensation, act: Act, *, state: LedgerState, why: str
) -> LedgerEntry:
    """Write a line; one after the grant counts where that did, also if the case was moved since."""
    first = gift.entries[0] if gift.entries else None
    entry = LedgerEntry(
        compensation=gift,
        case_id=case.id,
        customer_id=first.customer_id if first else case.customer_id,
        team=first.team if first else case.team,
        theme=first.theme if first else case.rule,
        state=state,
        amount=_adds(gift, state),
        currency=gift.currency,
        granted_by=gift.granted_by,
        granted_at=gift.granted_at,
        by=act.by,
        why=why,
        at=act.at,
    )
    session.add(entry)
    return entry


def prove(entry: LedgerEntry, proof: Proof) -> None:
    """Put into a new line what shows that it was handed over, or used; once it is stored it is as it is."""
    entry.code, entry.reference = proof.code or None, proof.reference or None
    entry.files = [asdict(file) for file in proof.files]


def tell(
    session: Session, case: Case, gift: Compensation, act: Act, kind: CaseEventKind, /, **details: Any
) -> None:
    """Put what became of a gift into the history, the thread and the card."""
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
        **details,
    )
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)


def states_of(gift: Compensation) -> set[LedgerState]:
    """All that became of a gift by now."""
    return {entry.state for entry in gift.entries}


def latest_proof(gift: Compensation) -> Proof | None:
    """What shows that it was handed over, as it was said last; None while it was not."""
    lines = [entry for entry in gift.entries if entry.state is LedgerState.HANDED_OVER]
    if not lines:
        return None
    last = lines[-1]
    return Proof(last.code or "", last.reference or "", tuple(SharedFile(**file) for file in last.files))


def _adds(gift: Compensation, state: LedgerState) -> Decimal:
    """What a line adds to what we gave: what expired and was used in time after all is given again."""
    match state:
        case LedgerState.GRANTED:
            return gift.amount
        case LedgerState.CANCELLED | LedgerState.EXPIRED:
            return -gift.amount
        case LedgerState.REDEEMED if LedgerState.EXPIRED in states_of(gift):
            return gift.amount
        case _:
            return Decimal(0)
