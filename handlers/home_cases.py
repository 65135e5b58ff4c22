"""The cases of a Home: a page of those that a person chose to see, and those that nobody has."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, bindparam, case, exists, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.home_snapshots import COUNTED_UP_TO, Count, Listing
from handlers.lists import due_for, is_with, load_rows
from models.case import Case
from models.feedback import Feedback, Sentiment
from models.part import Part
from models.policies.home import Choices, Reach
from models.policies.rulebook import Rulebook
from models.sla import SlaPause
from models.vocabulary import AgentId, CaseOrder, CaseStatus, Priority, Whose

UNASSIGNED_SHOWN = 5
_HURRY = {priority: place for place, priority in enumerate(reversed(Priority))}
_EACH = (
    func.unnest(bindparam("teams", type_=ARRAY(Text)), bindparam("priorities", type_=ARRAY(Text)))
    .table_valued("team", "priority", name="each_one")
    .render_derived()
)
_FIRST_OF_EACH = (
    select(Case.id, Case.opened_at, Case.priority)
    .where(Case.status == CaseStatus.OPEN, Case.team == _EACH.c.team, Case.priority == _EACH.c.priority)
    .where(Case.parent_id.is_(None))
    .order_by(Case.opened_at)
    .limit(UNASSIGNED_SHOWN)
    .correlate(_EACH)
    .lateral("first_of_each")
)
_UNASSIGNED = (
    select(_FIRST_OF_EACH.c.id)
    .select_from(_EACH)
    .join(_FIRST_OF_EACH, _FIRST_OF_EACH.c.id.is_not(None))
    .order_by(case(_HURRY, value=_FIRST_OF_EACH.c.priority), _FIRST_OF_EACH.c.opened_at, _FIRST_OF_EACH.c.id)
    .limit(UNASSIGNED_SHOWN)
)
"""The first of each team and priority come straight from an index, however many wait behind them."""


@dataclass(frozen=True, slots=True)
class Found:
    """The first of some cases, by their numbers, and how many there are."""

    numbers: Sequence[int]
    count: Count


def list_page(
    session: Session, wanted: Select[int], *, who: AgentId, choices: Choices, length: int
) -> tuple[Sequence[int], bool]:
    """The numbers of one page of the wanted cases in the order that `who` chose, and whether more follow."""
    page = wanted.order_by(*_order(choices.ordered_by, who)).offset((choices.page - 1) * length)
    found = session.scalars(page.limit(length + 1)).all()
    return found[:length], len(found) > length


def wanted_cases(who: AgentId, reach: Reach, choices: Choices, at: datetime) -> Select[int]:
    """The numbers of the open cases that a person sees and chose, in no order yet; members are not shown."""
    mine = {
        Whose.MINE: [is_with(who)],
        Whose.NOBODYS: [Case.status == CaseStatus.OPEN],
        Whose.ALL: [],
    }
    return (
        select(Case.id)
        .where(Case.status != CaseStatus.RESOLVED, Case.parent_id.is_(None), _seen_from(reach.teams))
        .where(*mine[choices.whose], *_equal(choices), *_standing(who, choices, at))
    )


def count(session: Session, cases: Select[int]) -> Count:
    """How many there are, counted as far as anybody cares."""
    found = session.scalar(
        select(func.count()).select_from(cases.order_by(None).limit(COUNTED_UP_TO + 1).subquery())
    )
    return Count(min(found or 0, COUNTED_UP_TO), is_more=(found or 0) > COUNTED_UP_TO)


def list_mine(
    session: Session, who: AgentId, reach: Reach, at: datetime, *, page: int, length: int
) -> tuple[Found, Count, bool]:
    """A page of the cases that somebody has or helps on, the nearest deadline first, found in one pass.

    With it, of how many of all of them a promise is broken, and whether more follow.
    """
    mine = wanted_cases(who, reach, Choices(), at).add_columns(due_for(who).label("due_at")).subquery()
    late = func.count().filter(mine.c.due_at <= at).over()
    rows = session.execute(
        select(mine.c.id, func.count().over(), late)
        .order_by(mine.c.due_at.nulls_last(), mine.c.id)
        .offset((page - 1) * length)
        .limit(length + 1)
    ).all()
    if not rows and page > 1:  # no row tells of the others
        first, broken_of_all, _ = list_mine(session, who, reach, at, page=1, length=length)
        return Found([], first.count), broken_of_all, False
    _, total, broken = rows[0] if rows else (0, 0, 0)
    numbers = [number for number, *_ in rows[:length]]
    return Found(numbers, Count(total)), Count(broken), len(rows) > length


def find_unassigned(session: Session, reach: Reach) -> Found:
    """What nobody has in these teams: the most urgent first, then the longest waiting."""
    each = list(itertools.product(reach.teams, Priority))
    asked = {"teams": [team for team, _ in each], "priorities": [hurry.value for _, hurry in each]}
    waiting = select(Case.id).where(
        Case.status == CaseStatus.OPEN, Case.parent_id.is_(None), Case.team.in_(reach.teams)
    )
    return Found(session.scalars(_UNASSIGNED, asked).all(), count(session, waiting))


def load_listings(session: Session, found: Sequence[Found], rulebook: Rulebook) -> list[Listing]:
    """The same cases as they stand in lists, all of them read together."""
    numbers = list(dict.fromkeys(number for each in found for number in each.numbers))
    rows = {row.number: row for row in load_rows(session, numbers, rulebook)}
    return [Listing(tuple(rows[number] for number in each.numbers), each.count) for each in found]


def list_asked(session: Session, reach: Reach) -> Sequence[int]:
    """The cases in which one of these teams was asked to do a part that nobody has, the first asked first."""
    waiting = (
        select(Part.case_id)
        .where(Part.team.in_(reach.teams), Part.ended_at.is_(None), Part.holder.is_(None))
        .group_by(Part.case_id)
        .order_by(func.min(Part.asked_at), Part.case_id)
    )
    return session.scalars(waiting.limit(UNASSIGNED_SHOWN)).all()


def find_orphaned(session: Session, rulebook: Rulebook) -> tuple[str, ...]:
    """Teams that have open cases and stand no more in rules.yaml."""
    teams = session.scalars(_TEAMS_WITH_CASES)
    return tuple(team for team in teams if team is not None and team not in rulebook.teams)


def _next_team(after: ColumnElement[str] | None = None) -> Select[str]:
    """The first team by name that has an open case, after that one."""
    open_ones = select(func.min(Case.team)).where(Case.status != CaseStatus.RESOLVED)
    return open_ones if after is None else open_ones.where(Case.team > after)


def _teams_with_cases() -> Select[str]:
    """Each team that has an open case: found one after the other, without a look at every case."""
    found = _next_team().cte("found", recursive=True)
    following = select(_next_team(found.c[0]).correlate(found).scalar_subquery()).where(
        found.c[0].is_not(None)
    )
    each = found.union_all(following)
    return select(each.c[0])


_TEAMS_WITH_CASES = _teams_with_cases()


def _seen_from(teams: Sequence[str]) -> ColumnElement[bool]:
    """The cases of these teams, and those in which they have a part now."""
    has_part = select(Part.case_id).where(Part.team.in_(teams), Part.ended_at.is_(None))
    return Case.team.in_(teams) | Case.id.in_(has_part)


def _equal(choices: Choices) -> list[ColumnElement[bool]]:
    """What must be as it was chosen."""
    columns = {Case.team: choices.team, Case.kind: choices.kind, Case.priority: choices.priority}
    conditions = [column == value for column, value in columns.items() if value is not None]
    if choices.status is not None:
        conditions.append(Case.status == choices.status)
    if choices.source is not None:
        by = exists().where(Feedback.id == Case.feedback_id, Feedback.source == choices.source)
        conditions.append(by.correlate(Case))
    if choices.theme is not None:
        likeliest = Sentiment.themes[("0", "0")].astext
        about = exists().where(Sentiment.feedback_id == Case.feedback_id, likeliest == choices.theme)
        conditions.append(about.correlate(Case))
    return conditions


def _standing(who: AgentId, choices: Choices, at: datetime) -> list[ColumnElement[bool]]:
    """What must be overdue, or wait, or must not."""
    overdue = func.coalesce(due_for(who) <= at, false())
    waits = exists().where(SlaPause.case_id == Case.id, SlaPause.ended_at.is_(None)).correlate(Case)
    asked = ((choices.is_overdue, overdue), (choices.is_waiting, waits))
    return [condition if wanted else ~condition for wanted, condition in asked if wanted is not None]


def _order(wanted: CaseOrder, who: AgentId) -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]:
    """What comes first; of equals the older case, but where the newest was asked for."""
    due = due_for(who).nulls_last()
    match wanted:
        case CaseOrder.DEADLINE:
            return due, Case.id
        case CaseOrder.PRIORITY:
            return case(_HURRY, value=Case.priority), due, Case.id
        case CaseOrder.OLDEST:
            return Case.opened_at, Case.id
        case CaseOrder.NEWEST:
            return Case.opened_at.desc(), Case.id.desc()
