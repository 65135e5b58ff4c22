"""Cases that one person keeps at hand: their own, and told to nobody else."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers.act import Act
from handlers.cases import LARGEST_NUMBER, is_seen_by, look_at
from handlers.errors import CannotDo
from handlers.lists import rows_of
from handlers.snapshots import RowSnapshot
from models.bookmark import Bookmark
from models.case import Case
from models.vocabulary import AgentId

MOST_BOOKMARKS = 100
"""Of one person: what is kept for good is found by search."""


def add(session: Session, case_id: int, act: Act) -> None:
    """Keep a case at hand; one that is kept already stays where it is."""
    case = look_at(session, case_id, act)
    _one_at_a_time(session, act.by)
    others = select(func.count()).where(Bookmark.agent_id == act.by, Bookmark.case_id != case.id)
    if (session.scalar(others) or 0) >= MOST_BOOKMARKS:
        raise CannotDo(
            f"You have {MOST_BOOKMARKS} bookmarks, and more there cannot be. `/recovery bookmarks` lists "
            "them; take one out with `/recovery unbookmark` and its number."
        )
    kept = insert(Bookmark).values(agent_id=act.by, case_id=case.id, at=act.at)
    session.execute(kept.on_conflict_do_nothing())


def remove(session: Session, case_id: int, act: Act) -> None:
    """Keep a case no longer; also one at which the person may look no more."""
    number = min(case_id, LARGEST_NUMBER)
    mine = delete(Bookmark).where(Bookmark.agent_id == act.by, Bookmark.case_id == number)
    if session.scalar(mine.returning(Bookmark.case_id)) is None:
        raise CannotDo(f"Case #{case_id} is not among your bookmarks. `/recovery bookmarks` lists them.")


def load_bookmarks(session: Session, act: Act, *, page: int, length: int) -> tuple[list[RowSnapshot], int]:
    """What a person keeps at hand and may look at, the latest first; how many there are in all.

    `page` counts from 1.
    """
    mine = Bookmark.agent_id == act.by
    wanted = select(Case).join(Bookmark, Bookmark.case_id == Case.id).where(mine, is_seen_by(act))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    latest = wanted.order_by(Bookmark.at.desc(), Case.id.desc())
    cases = session.scalars(latest.offset((page - 1) * length).limit(length)).all()
    return rows_of(session, cases, act.rulebook), total


def _one_at_a_time(session: Session, agent: AgentId) -> None:
    """Wait until nothing else is counted for this person."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"bookmarks of {agent}", 0))))
