"""The ledger of pauses: when a case's promises did not count, and why; deadlines follow from it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import sla
from models.case import Case
from models.sla import SlaPause
from models.vocabulary import AgentId, PauseEnd


def begin(session: Session, case: Case, pause: SlaPause) -> None:
    """Write a pause into the ledger; the case must not have one that is open."""
    session.add(pause)
    session.flush()
    sla.recompute(session, case, pause.started_at)


def end(session: Session, case: Case, *, because: PauseEnd, by: AgentId, at: datetime) -> SlaPause | None:
    """End the case's open pause; None where it has none. One whose time has come ended at that time."""
    pause = find_open(session, case.id)
    if pause is None:
        return None
    is_over = pause.until is not None and pause.until <= at
    pause.ended_at = pause.until if is_over else at
    pause.ended_by, pause.ended_because = by, PauseEnd.TIME_CAME if is_over else because
    session.flush()
    sla.recompute(session, case, at)
    return pause


def find_open(session: Session, case_id: int) -> SlaPause | None:
    """The pause in which a case is; None where its promises run."""
    return session.scalar(
        select(SlaPause)
        .where(SlaPause.case_id == case_id, SlaPause.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def load_pauses(session: Session, case_id: int) -> Sequence[SlaPause]:
    """Every pause of a case, the oldest first."""
    return session.scalars(select(SlaPause).where(SlaPause.case_id == case_id).order_by(SlaPause.id)).all()
