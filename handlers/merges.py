"""Which case was merged into which: read here, changed in merging."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.merge import Merge


def find_merge(session: Session, case_id: int) -> Merge | None:
    """The merge by which a case is no more on its own; None where it is, or was never merged."""
    return session.scalar(
        select(Merge)
        .where(Merge.case_id == case_id, Merge.undone_at.is_(None))
        .execution_options(populate_existing=True)
    )


def list_taken_in(session: Session, case_id: int) -> list[int]:
    """The cases for which this one goes on, the first that was merged into it first."""
    merged = select(Merge.case_id).where(Merge.into_id == case_id, Merge.undone_at.is_(None))
    return list(session.scalars(merged.order_by(Merge.id)))
