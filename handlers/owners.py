"""Who has a case: read here, changed in assignment."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case import Assignment
from models.vocabulary import AgentId


def find_owner(session: Session, case_id: int) -> AgentId | None:
    """Who has the case; None where nobody has."""
    return find_owners(session, [case_id]).get(case_id)


def find_owners(session: Session, case_ids: Sequence[int]) -> dict[int, AgentId]:
    """Who has each of these cases; the unheld ones are left out."""
    rows = session.execute(
        select(Assignment.case_id, Assignment.agent_id).where(
            Assignment.case_id.in_(case_ids), Assignment.ended_at.is_(None)
        )
    )
    return dict(rows.all())
