"""Lists of cases read from the books, a line for each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy import case as case_of
from sqlalchemy.orm import Session

from handlers.act import Act
from handlers.bursts import count_waiting
from handlers.cards import load_parts
from handlers.cases import is_seen_by
from handlers.escalations import load_climbs
from handlers.owners import find_away, find_owners
from handlers.sla import load_clocks
from handlers.snapshots import RowSnapshot, team_name
from models.case import Assignment, Case, Helper
from models.part import Part
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock
from models.sla import SlaClock
from models.vocabulary import (
    AgentId,
    CaseStatus,
)


def load_list(
    session: Session, act: Act, *, teams: Sequence[str] | None, owner: AgentId | None, limit: int = 15
) -> tuple[list[RowSnapshot], int]:
    """Open cases at which the person may look, the oldest promise first, and how many there are in all.

    For the members of a burst stands their parent. `teams` None means every team; else those in which they
    have a part are among them. `owner` None means whoever has it; else those that they help on as well.
    """
    wanted = select(Case).where(Case.status != CaseStatus.RESOLVED, is_seen_by(act), Case.parent_id.is_(None))
    if teams is not None:
        does = select(Part.case_id).where(Part.team.in_(teams), Part.ended_at.is_(None))
        wanted = wanted.where(Case.team.in_(teams) | Case.id.in_(does))
    if owner is not None:
        wanted = wanted.where(is_with(owner))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    cases = session.scalars(wanted.order_by(Case.opened_at, Case.id).limit(limit)).all()
    return rows_of(session, cases, act.rulebook), total


def load_mine(
    session: Session, agent: AgentId, rulebook: Rulebook, *, page: int, length: int
) -> tuple[list[RowSnapshot], int]:
    """The open cases that a person has or helps on, the nearest deadline first; how many there are in all.

    Of a case in which they do a part for another team, it is the deadline of that. What is due at no known
    moment, as it waits, comes last. `page` counts from 1.
    """
    wanted = select(Case).where(Case.status != CaseStatus.RESOLVED, is_with(agent))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    by_deadline = wanted.order_by(due_for(agent).nulls_last(), Case.id)
    cases = session.scalars(by_deadline.offset((page - 1) * length).limit(length)).all()
    return rows_of(session, cases, rulebook), total


def is_with(agent: AgentId) -> ColumnElement[bool]:
    """The cases that somebody has, helps on, or does another team's part for."""
    has = select(Assignment.case_id).where(Assignment.agent_id == agent, Assignment.ended_at.is_(None))
    helps = select(Helper.case_id).where(Helper.agent_id == agent, Helper.ended_at.is_(None))
    does = select(Part.case_id).where(Part.holder == agent, Part.ended_at.is_(None))
    return Case.id.in_(has.union(helps, does))


def due_for(agent: AgentId) -> ColumnElement[datetime | None]:
    """When a case falls due for somebody: where they do another team's part, when that does.

    None: at no known moment, as it waits.
    """
    runs = select(func.min(SlaClock.due_at)).where(SlaClock.stopped_at.is_(None)).correlate(Case)
    due = runs.where(SlaClock.case_id == Case.id, SlaClock.part_id.is_(None)).scalar_subquery()
    theirs = runs.join(Part, Part.id == SlaClock.part_id).where(Part.case_id == Case.id, Part.holder == agent)
    return func.coalesce(case_of((Case.open_parts > 0, theirs.scalar_subquery())), due)


def load_rows(session: Session, numbers: Sequence[int], rulebook: Rulebook) -> list[RowSnapshot]:
    """The same by their numbers."""
    if not numbers:
        return []
    found = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(numbers)))}
    return rows_of(session, [found[number] for number in numbers], rulebook)


def rows_of(session: Session, cases: Sequence[Case], rulebook: Rulebook) -> list[RowSnapshot]:
    """These cases for a list, in the same order."""
    if not cases:
        return []
    numbers = [case.id for case in cases]
    owners, clocks = find_owners(session, numbers), load_clocks(session, numbers)
    away, climbs = find_away(session, list(owners.values())), load_climbs(session, numbers)
    parts = load_parts(session, [case.id for case in cases if case.open_parts], rulebook)
    waiting = count_waiting(session, [case.id for case in cases if case.is_parent])
    rows = [_row(case, owners.get(case.id), clocks[case.id], rulebook) for case in cases]
    return [
        replace(
            row,
            owner_away=away.get(row.owner) if row.owner else None,
            climb=climbs.get(row.number),
            parts=tuple(part for part in parts.get(row.number, ()) if part.ending is None),
            stands_for=waiting.get(row.number, 0),
        )
        for row in rows
    ]


def _row(case: Case, owner: AgentId | None, clocks: list[Clock], rulebook: Rulebook) -> RowSnapshot:
    return RowSnapshot(
        number=case.id,
        title=case.title,
        kind=case.kind,
        priority=case.priority,
        status=case.status,
        team_key=case.team,
        team=team_name(rulebook, case.team),
        owner=owner,
        clocks=tuple(clocks),
    )
