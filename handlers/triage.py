"""What a case is, seen anew: its kind and its priority, and with them its promise."""

from sqlalchemy.orm import Session

from handlers import messages
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.history import record
from handlers.promises import promise_anew
from models.case import Case
from models.policies import lifecycle
from models.policies.permissions import Verb
from models.vocabulary import CaseEventKind, CaseKind, Priority


def change_priority(session: Session, case_id: int, act: Act, *, to: Priority) -> Case:
    """Say how much a case hurries."""
    case = take_case(session, case_id, act, Verb.PRIORITY)
    refuse(lifecycle.why_not_change(standing_of(session, case), case.priority, to))
    before, case.priority = case.priority, to
    _tell(session, case, act, CaseEventKind.PRIORITY_CHANGED, before)
    return case


def change_kind(session: Session, case_id: int, act: Act, *, to: CaseKind) -> Case:
    """Say what a case is about."""
    case = take_case(session, case_id, act, Verb.KIND)
    refuse(lifecycle.why_not_change(standing_of(session, case), case.kind, to))
    before, case.kind = case.kind, to
    _tell(session, case, act, CaseEventKind.KIND_CHANGED, before)
    return case


def _tell(session: Session, case: Case, act: Act, kind: CaseEventKind, before: CaseKind | Priority) -> None:
    """The history and the thread say what it was and what it is, and what became of the promise."""
    to = case.priority if kind is CaseEventKind.PRIORITY_CHANGED else case.kind
    promised = promise_anew(session, case, act)
    event = record(session, case, kind, by=act.by, at=act.at, before=before.value, to=to.value, **promised)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
