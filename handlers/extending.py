"""More time for a promise, with who gave it and why."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handlers import messages, notices, sla
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from models.case import Case
from models.policies import extending
from models.policies.permissions import Verb
from models.sla import SlaExtension
from models.vocabulary import CaseEventKind, ClockKind


def extend(
    session: Session, case_id: int, act: Act, *, length: timedelta, reason: str, kind: ClockKind | None
) -> Case:
    """Give a promise more time, the next due where none is named; one that was broken may be so no more."""
    case = take_case(session, case_id, act, Verb.EXTEND)
    clocks = sla.load_clocks(session, [case_id])[case_id]
    refuse(extending.why_not_extend(standing_of(session, case), clocks, kind), field="kind")
    words = reason.strip()
    if not words:
        example = f"/recovery extend {case_id} 2h Customer asked for Monday"
        raise CannotDo(f"Say why it gets more time: `{example}`.", field="reason")
    chosen = kind or extending.running(clocks)[0].kind
    row = sla.find_latest(session, case)[chosen]
    before = row.due_at
    session.add(
        SlaExtension(
            case_id=case_id,
            kind=chosen,
            round=row.round,
            length=length,
            reason=words,
            given_by=act.by,
            at=act.at,
        )
    )
    session.flush()
    sla.recompute(session, case, act.at)
    details = {
        "clock": chosen.value,
        "seconds": length.total_seconds(),
        "before": before and before.isoformat(),
        "due_at": row.due_at and row.due_at.isoformat(),
        "reason": words,
    }
    event = record(session, case, CaseEventKind.EXTENDED, by=act.by, at=act.at, **details)
    notices.owe_owner(session, event)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    return case
