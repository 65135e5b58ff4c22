"""Cases that wait: paused for the customer or a third party, snoozed, and back at work."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages, notices, pauses
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import find_owner
from models.case import Case, CaseEvent
from models.policies import pausing
from models.policies.pausing import Paused
from models.policies.permissions import Verb
from models.sla import SlaPause
from models.vocabulary import SYSTEM, AgentId, CaseEventKind, PauseEnd, PauseReason


def pause(session: Session, case_id: int, act: Act, *, reason: PauseReason, why: str) -> Case:
    """Hold back the promises until somebody resumes the case, or the customer answers."""
    if not why.strip():
        raise CannotDo(
            f"Say what you wait for: `/recovery pause {case_id} customer They look for the receipt`.",
            field="why",
        )
    return _pause(session, take_case(session, case_id, act, Verb.PAUSE), act, reason=reason, why=why)


def snooze(session: Session, case_id: int, act: Act, *, until: datetime, why: str) -> Case:
    """Hold back the promises until then; the case comes back by itself."""
    if until <= act.at:
        raise CannotDo("That moment is past. Name one that lies ahead.", field="until")
    case = take_case(session, case_id, act, Verb.SNOOZE)
    return _pause(session, case, act, reason=PauseReason.SNOOZED, why=why, until=until)


def resume(session: Session, case_id: int, act: Act) -> Case:
    """End the pause: the promises count again."""
    case = take_case(session, case_id, act, Verb.RESUME)
    refuse(pausing.why_not_resume(standing_of(session, case), find_paused(session, case.id)))
    _resume(session, case, because=PauseEnd.RESUMED, by=act.by, at=act.at)
    return case


def wake(session: Session, at: datetime, *, limit: int = 100) -> int:
    """Bring back the snoozed cases whose time has come, and call who has them; how many.

    Cases are locked first, and those that another replica is at are skipped, as in the sweep.
    """
    due = (
        select(SlaPause.case_id)
        .where(SlaPause.ended_at.is_(None), SlaPause.until <= at)
        .order_by(SlaPause.until)
        .limit(limit)
    )
    cases = session.scalars(
        select(Case).where(Case.id.in_(due)).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    for case in cases:
        _resume(session, case, because=PauseEnd.TIME_CAME, by=SYSTEM, at=at)
    return len(cases)


def hear_answer(session: Session, case: Case, at: datetime) -> None:
    """The customer said something: a case that waited for them waits no more."""
    paused = find_paused(session, case.id)
    if paused is not None and paused.reason is PauseReason.CUSTOMER:
        _resume(session, case, because=PauseEnd.ANSWERED, by=SYSTEM, at=at)


def find_paused(session: Session, case_id: int) -> Paused | None:
    """The pause in which a case is, for a decision or a view."""
    row = pauses.find_open(session, case_id)
    return paused_of(row) if row else None


def paused_of(row: SlaPause) -> Paused:
    """The row as the value that decisions and views look at."""
    return Paused(row.reason, row.why, row.started_by, row.started_at, row.until)


def _pause(
    session: Session,
    case: Case,
    act: Act,
    *,
    reason: PauseReason,
    why: str,
    until: datetime | None = None,
) -> Case:
    words = why.strip()
    if len(words) > pausing.WHY_LENGTH:
        raise CannotDo(
            f"Say it in at most {pausing.WHY_LENGTH} characters; these are {len(words)}.", field="why"
        )
    refuse(pausing.why_not_pause(standing_of(session, case), find_paused(session, case.id)))
    row = SlaPause(case_id=case.id, reason=reason, why=words, started_by=act.by, started_at=act.at)
    row.until = until
    pauses.begin(session, case, row)
    details = {"reason": reason.value, "why": words, "until": until and until.isoformat()}
    event = record(session, case, CaseEventKind.PAUSED, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)
    return case


def _resume(session: Session, case: Case, *, because: PauseEnd, by: AgentId, at: datetime) -> None:
    """End the open pause and tell the thread, and who has the case; nothing where somebody was faster."""
    ended = pauses.end(session, case, because=because, by=by, at=at)
    if ended is None:
        return
    event = _tell(session, case, ended, by=by, at=at)
    if by == SYSTEM:
        notices.owe_owner(session, event)
    messages.promise_line(session, case, event, Urgency.PING if by == SYSTEM else Urgency.LINE)
    messages.refresh_card(session, case)


def _tell(session: Session, case: Case, ended: SlaPause, *, by: AgentId, at: datetime) -> CaseEvent:
    return record(
        session,
        case,
        CaseEventKind.RESUMED,
        by=by,
        at=at,
        because=ended.ended_because,
        reason=ended.reason,
        why=ended.why,
        since=ended.started_at.isoformat(),
        owner=find_owner(session, case.id),
    )
