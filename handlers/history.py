"""The history of a case: what happened is written once and never edited away."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.case import Case, CaseEvent
from models.vocabulary import AgentId, CaseEventKind


def record(
    session: Session, case: Case, kind: CaseEventKind, /, *, by: AgentId, at: datetime, **details: Any
) -> CaseEvent:
    """Add a line to the history, in the transaction of what happened; the case's version moves with it."""
    event = write_down(session, case, kind, by=by, at=at, **details)
    session.flush()
    return event


def write_down(
    session: Session, case: Case, kind: CaseEventKind, /, *, by: AgentId, at: datetime, **details: Any
) -> CaseEvent:
    """The same, where many lines are written at once: the event has its id after the next flush."""
    event = CaseEvent(case_id=case.id, kind=kind, actor=by, at=at, details=details)
    case.version += 1
    session.add(event)
    return event
