"""The history of a case: what happened is written once and never edited away."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from models.case import Case, CaseEvent
from models.vocabulary import AgentId, CaseEventKind

_COUNT = (
    update(Case)
    .where(Case.id.in_(bindparam("numbers", expanding=True)))
    .values(version=Case.version + bindparam("changes"))
    .execution_options(synchronize_session=False)
)


def record(
    session: Session, case: Case, kind: CaseEventKind, /, *, by: AgentId, at: datetime, **details: Any
) -> CaseEvent:
    """Add a line to the history, in the transaction of what happened; the case's version moves with it."""
    event = event_of(case, kind, by=by, at=at, **details)
    write_down(session, {case.id: case}, [event])
    return event


def write_down(session: Session, cases: Mapping[int, Case], events: Sequence[CaseEvent]) -> None:
    """The same for many lines, of these cases, at once.

    The version is counted by PostgreSQL, and before the lines are written: two transactions that write at
    once wait for each other there, none of their changes is lost, and lines have the order of versions.
    """
    changes = Counter(event.case_id for event in events)
    for count in set(changes.values()):
        changed = [number for number, times in changes.items() if times == count]
        session.execute(_COUNT, {"numbers": changed, "changes": count})
    for number in changes:
        session.expire(cases[number], ["version"])
    session.add_all(events)
    session.flush()


def event_of(case: Case, kind: CaseEventKind, /, *, by: AgentId, at: datetime, **details: Any) -> CaseEvent:
    """A line that is not written yet."""
    return CaseEvent(case_id=case.id, kind=kind, actor=by, at=at, details=details)
