"""Who has the Home tab open, how they want it, and when it is to be published anew."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers.home import load_reach
from handlers.jobs import Job, Urgency, defer
from models.case import Case, CaseEvent
from models.home import Home
from models.part import Part
from models.policies.home import Choices
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId

OPEN_FOR = timedelta(hours=1)
"""So long after it was opened, or used, a Home is kept up to date."""
AT_MOST_EVERY = timedelta(seconds=3)
"""A Home that changes all the time is looked at so often."""
ANEW_AFTER = timedelta(minutes=1)
"""So often it is looked at in any case: time passes, and people go away."""
LOST_AFTER = timedelta(minutes=1)
"""A job that was asked for so long ago, and did not look, is asked for again."""
AT_A_TIME = 500
CHANGED_AT_ONCE = 3
"""So many Homes one tick has published, those first that were looked at longest ago: Slack takes about a
hundred a minute, and what people do themselves comes on top.
"""
LINES_LOOKED_AT = 5000
"""Of the history since a Home was looked at; of so many, every team has one."""


def open_home(session: Session, who: AgentId, at: datetime, *, view_hash: str | None) -> None:
    """Somebody looks at their Home, which shows the view of that hash; None: nothing was published yet.

    Where that is not what we published last, it is published anew whatever it says.
    """
    kept = case((Home.view_hash == view_hash, Home.digest)) if view_hash is not None else None
    shown = {"opened_at": at, "view_hash": view_hash}
    home_id = session.scalar(
        insert(Home)
        .values(agent_id=who, **shown)
        .on_conflict_do_update(index_elements=["agent_id"], set_={**shown, "digest": kept})
        .returning(Home.id)
    )
    _ask(session, session.get_one(Home, home_id, populate_existing=True), at, Urgency.PING)


def renew(session: Session, who: AgentId, at: datetime) -> None:
    """Somebody did something: their Home is published anew at once, if they have it open."""
    home = _take_open(session, who, at)
    if home is not None:
        _use(session, home, at)


def choose(session: Session, who: AgentId, choices: Choices, at: datetime) -> None:
    """Keep what somebody wants to see of the cases."""
    home = _take(session, who, at)
    for name, value in asdict(choices).items():
        setattr(home, name, value)
    _use(session, home, at)


def turn_to(session: Session, who: AgentId, page: int, at: datetime) -> None:
    """Show another page of the same cases."""
    home = _take(session, who, at)
    home.page = page
    _use(session, home, at)


def find_person(session: Session, home_id: int) -> AgentId | None:
    """Whose Home it is; None for no Home."""
    return session.scalar(select(Home.agent_id).where(Home.id == home_id))


def take_to_show(session: Session, home_id: int, at: datetime) -> Home | None:
    """A Home that is about to be looked at; None for one that was closed long ago.

    What happens from here on is seen by the next look. Until it is booked how this one ended, no other is
    asked for: while Slack has no time, jobs would pile up that all want the same.
    """
    home = session.scalar(
        select(Home).where(Home.id == home_id).with_for_update().execution_options(populate_existing=True)
    )
    if home is None:
        return None
    home.looked_at = at
    home.seen_event = session.scalar(select(func.max(CaseEvent.id))) or 0
    return home if home.opened_at > at - OPEN_FOR else None


def book_unchanged(home: Home) -> None:
    """It says what the person sees already."""
    home.asked_at = None


def book_published(
    session: Session, home_id: int, *, digest: str, view_hash: str | None, at: datetime
) -> None:
    """Slack shows it; `view_hash` None: it was refused, and is tried again when it says something else."""
    home = session.scalars(select(Home).where(Home.id == home_id).with_for_update()).one()
    home.asked_at, home.digest = None, digest
    if view_hash is not None:
        home.view_hash, home.published_at = view_hash, at


def ask_for_due(session: Session, rulebook: Rulebook, at: datetime) -> int:
    """Ask for a job for each Home of which something may have changed; how many.

    That is where a case of its teams has a new line of history, or the person's roles are others, or nobody
    looked for a while. Only who renders it can tell whether it says something else.
    """
    due = session.scalars(
        select(Home)
        .where(Home.opened_at > at - OPEN_FOR, _is_free(at))
        .order_by(Home.looked_at.nulls_first(), Home.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    ).all()
    latest = _latest_lines(session, due)
    changed = (home for home in due if _may_have_changed(session, home, latest, rulebook, at))
    now = list(itertools.islice(changed, CHANGED_AT_ONCE))
    for home in now:
        _ask(session, home, at, Urgency.REFRESH)
    return len(now)


def _is_free(at: datetime) -> ColumnElement[bool]:
    """Nobody looked at it just now, and nobody is about to."""
    was_not_just_now = or_(Home.looked_at.is_(None), Home.looked_at <= at - AT_MOST_EVERY)
    return was_not_just_now & or_(Home.asked_at.is_(None), Home.asked_at <= at - LOST_AFTER)


def _latest_lines(session: Session, homes: Sequence[Home]) -> Mapping[str, int]:
    """For each team the latest line of history that is new to one of these Homes."""
    if not homes:
        return {}
    seen = min(home.seen_event for home in homes)
    lines = (
        select(CaseEvent.id, CaseEvent.case_id)
        .where(CaseEvent.id > seen)
        .order_by(CaseEvent.id.desc())
        .limit(LINES_LOOKED_AT)
        .subquery()
    )
    of_cases = select(Case.team, lines.c.id).join(lines, lines.c.case_id == Case.id)
    of_parts = select(Part.team, lines.c.id).join(lines, lines.c.case_id == Part.case_id)
    each = of_cases.union_all(of_parts).subquery()
    rows = session.execute(select(each.c.team, func.max(each.c.id)).group_by(each.c.team))
    return dict(rows.all())


def _may_have_changed(
    session: Session, home: Home, latest: Mapping[str, int], rulebook: Rulebook, at: datetime
) -> bool:
    if home.looked_at is None or home.looked_at <= at - ANEW_AFTER:
        return True
    reach = load_reach(session, home.agent_id, rulebook)
    return reach.words != home.reach or any(latest.get(team, 0) > home.seen_event for team in reach.teams)


def _take(session: Session, who: AgentId, at: datetime) -> Home:
    """Somebody's Home, locked; whoever can press a button on it has one."""
    session.execute(insert(Home).values(agent_id=who, opened_at=at).on_conflict_do_nothing())
    return session.scalars(select(Home).where(Home.agent_id == who).with_for_update()).one()


def _take_open(session: Session, who: AgentId, at: datetime) -> Home | None:
    is_open = (Home.agent_id == who) & (Home.opened_at > at - OPEN_FOR)
    return session.scalar(select(Home).where(is_open).with_for_update())


def _use(session: Session, home: Home, at: datetime) -> None:
    """Who does something there has it open, and sees what came of it."""
    home.opened_at, home.wanted = at, home.wanted + 1
    _ask(session, home, at, Urgency.PING)


def _ask(session: Session, home: Home, at: datetime, urgency: Urgency) -> None:
    home.asked_at = at
    defer(session, Job.PUBLISH_HOME, home.id, lock=f"home:{home.id}", urgency=urgency)
