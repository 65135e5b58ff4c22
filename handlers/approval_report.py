"""How long people wait for approval, and what becomes of what they ask for."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.approval import ApprovalRequest
from models.case import Case
from models.policies.approvals import DECIDED, Waits
from models.policies.periods import Period
from models.vocabulary import AgentId, ApprovalEnd


def load_waits(session: Session, period: Period, *, teams: Sequence[str] | None, by: AgentId | None) -> Waits:
    """Count what was asked for in the period, in these teams' cases (None: in all), by that person."""
    ended, is_decided = ApprovalRequest.ended_as, ApprovalRequest.ended_as.in_(DECIDED)
    took = func.extract("epoch", ApprovalRequest.ended_at - ApprovalRequest.asked_at)
    asked = (
        select(
            func.count().filter(ended == ApprovalEnd.APPROVED),
            func.count().filter(ended == ApprovalEnd.LESS),
            func.count().filter(ended == ApprovalEnd.DECLINED),
            func.count().filter(ended.not_in(DECIDED)),
            func.count().filter(ended.is_(None)),
            func.percentile_cont(0.5).within_group(took).filter(is_decided),
        )
        .select_from(ApprovalRequest)
        .join(Case, Case.id == ApprovalRequest.case_id)
        .where(ApprovalRequest.asked_at >= period.start, ApprovalRequest.asked_at < period.end)
    )
    if teams is not None:
        asked = asked.where(Case.team.in_(teams))
    if by is not None:
        asked = asked.where(ApprovalRequest.asked_by == by)
    approved, less, declined, lapsed, still_open, median = session.execute(asked).one()
    wait = None if median is None else timedelta(seconds=float(median))
    return Waits(approved, less, declined, lapsed, still_open, wait)
