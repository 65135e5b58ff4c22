"""Who has a case, and whether they are away: read here, changed in assignment and absences."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from models.absence import Absence
from models.case import Assignment
from models.policies.absence import Away
from models.vocabulary import AgentId

IS_AWAY = and_(Absence.begun_at.is_not(None), Absence.ended_at.is_(None))
"""Of an absence: it goes on; at most one of each person does."""

_HELD = (
    select(Assignment)
    .where(Assignment.case_id == bindparam("case_id"), Assignment.ended_at.is_(None))
    .execution_options(populate_existing=True)
)
_OWNERS = select(Assignment.case_id, Assignment.agent_id).where(
    Assignment.case_id.in_(bindparam("case_ids", expanding=True)), Assignment.ended_at.is_(None)
)


def find_owner(session: Session, case_id: int) -> AgentId | None:
    """Who has the case; None where nobody has."""
    return find_owners(session, [case_id]).get(case_id)


def find_assignment(session: Session, case_id: int) -> Assignment | None:
    """Who has the case, and since when; None where nobody has."""
    return session.scalar(_HELD, {"case_id": case_id})


def find_owners(session: Session, case_ids: Sequence[int]) -> dict[int, AgentId]:
    """Who has each of these cases; the unheld ones are left out."""
    return dict(session.execute(_OWNERS, {"case_ids": case_ids}).all())


def find_away(session: Session, people: Sequence[AgentId]) -> dict[AgentId, Away]:
    """Those of these people who are away now."""
    rows = session.execute(
        select(Absence.agent_id, Absence.starts_at, Absence.until, Absence.stand_in).where(
            Absence.agent_id.in_(people), IS_AWAY
        )
    )
    return {person: Away(starts_at, until, stand_in) for person, starts_at, until, stand_in in rows}


def list_here(session: Session, people: Sequence[AgentId]) -> list[AgentId]:
    """Those of these people who are not away, in their order; all of them where nobody is here."""
    away = find_away(session, people)
    return [person for person in people if person not in away] or list(people)
