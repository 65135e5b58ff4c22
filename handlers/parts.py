"""What other teams do for a case: read here, changed in involving."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case import Case
from models.part import Part
from models.policies.parts import PartStanding
from models.policies.rulebook import Rulebook


def list_involved(session: Session, case: Case) -> list[str]:
    """The keys of the teams that have a part in the case now; asks nothing where it is one team's alone."""
    return [part.team for part in find_open(session, case)] if case.open_parts else []


def find_open(session: Session, case: Case) -> Sequence[Part]:
    """What other teams do for a case now, the first that was asked first."""
    return [part for part in find_parts(session, [case.id]) if part.ended_at is None]


def find_parts(session: Session, case_ids: Sequence[int]) -> Sequence[Part]:
    """What other teams do for these cases, and did, the first that was asked first."""
    parts = select(Part).where(Part.case_id.in_(case_ids)).order_by(Part.id)
    return session.scalars(parts.execution_options(populate_existing=True)).all()


def standings_of(session: Session, case: Case, rulebook: Rulebook) -> list[PartStanding]:
    """Where each part of a case stands, for a decision."""
    return [
        PartStanding(
            number=part.id,
            team=part.team,
            team_name=rulebook.teams[part.team].name if part.team in rulebook.teams else part.team,
            holder=part.holder,
            ended_because=part.ended_because,
            ended_by=part.ended_by,
            ended_at=part.ended_at,
        )
        for part in find_parts(session, [case.id])
    ]
