"""Who stands behind the user groups and e-mail addresses of rules.yaml: asked for, kept, handed out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers.jobs import Job, Urgency, defer
from models.policies.rosters import Rosters
from models.roster import Roster
from models.vocabulary import AgentId

TRUSTED_FOR = timedelta(hours=1)
"""So long what Slack said holds, in case that its word of a change never came."""


def load(session: Session) -> Rosters:
    """For each name that was ever read: whom it stands for."""
    rows = session.execute(select(Roster.name, Roster.people).where(Roster.read_at.is_not(None)))
    return {name: tuple(AgentId(person) for person in people) for name, people in rows}


def ask_for_due(session: Session, names: Sequence[str], at: datetime) -> int:
    """Ask for a job for each of these names that was never read, or not for a while; how many."""
    known = set(session.scalars(select(Roster.name).where(Roster.name.in_(names))))
    _add(session, [name for name in names if name not in known], at)
    old = select(Roster).where(Roster.name.in_(names), Roster.asked_at <= at - TRUSTED_FOR)
    due = session.scalars(old.order_by(Roster.id).with_for_update(skip_locked=True)).all()
    for roster in due:
        _ask(session, roster, at)
    return len(due)


def ask_again(session: Session, name: str, at: datetime) -> None:
    """Slack says that this name stands for others now: ask for a job that reads it."""
    for roster in session.scalars(select(Roster).where(Roster.name == name).with_for_update()):
        _ask(session, roster, at)


def ask_about(session: Session, who: AgentId, email: str, at: datetime) -> None:
    """Somebody has this e-mail address: ask again for it, and for one that was theirs, where that is news."""
    is_theirs = Roster.people.contains([who])
    is_news = or_(
        and_(Roster.name == email, not_(is_theirs)),
        and_(Roster.name != email, Roster.name.contains("@"), is_theirs),
    )
    for roster in session.scalars(select(Roster).where(is_news).order_by(Roster.id).with_for_update()):
        _ask(session, roster, at)


def find_name(session: Session, roster_id: int) -> str | None:
    """The name that a job is to ask Slack for."""
    return session.scalar(select(Roster.name).where(Roster.id == roster_id))


def keep(session: Session, name: str, people: Sequence[AgentId], at: datetime) -> None:
    """Keep whom Slack named, if only nobody."""
    roster = _take(session, name)
    roster.people, roster.read_at, roster.problem = list(people), at, None


def keep_unknown(session: Session, name: str, problem: str) -> None:
    """Slack knows no such name: it stands for nobody any more."""
    roster = _take(session, name)
    roster.people, roster.problem = [], problem
    roster.read_at = None


def keep_problem(session: Session, name: str, problem: str) -> None:
    """Slack does not say: who was known stays known, for now."""
    _take(session, name).problem = problem


def _add(session: Session, names: Sequence[str], at: datetime) -> None:
    """Rows for names that are new in the file; another scheduler may have added them meanwhile."""
    for name in names:
        values = {"name": name, "people": [], "asked_at": at}
        added = insert(Roster).values(values).on_conflict_do_nothing().returning(Roster.id)
        roster_id = session.scalar(added)
        if roster_id is not None:
            _ask_for(session, roster_id)


def _ask(session: Session, roster: Roster, at: datetime) -> None:
    roster.asked_at = at
    _ask_for(session, roster.id)


def _ask_for(session: Session, roster_id: int) -> None:
    defer(session, Job.READ_ROSTER, roster_id, lock=f"roster:{roster_id}", urgency=Urgency.PING)


def _take(session: Session, name: str) -> Roster:
    return session.scalars(select(Roster).where(Roster.name == name).with_for_update()).one()
