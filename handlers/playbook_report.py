"""How playbooks are used, and what becomes of the cases on which they are begun."""

from datetime import timedelta

from sqlalchemy import ARRAY, ColumnElement, Text, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from models.case import Case
from models.playbook import Checklist, ChecklistStep
from models.policies.periods import Period
from models.policies.playbooks import PlaybookUse


def load_uses(session: Session, period: Period, is_counted: ColumnElement[bool]) -> tuple[PlaybookUse, ...]:
    """Of each playbook that was begun in the period, on the cases that count; the commonest first.

    It is called as it was when it was last begun.
    """
    ticks = (
        select(ChecklistStep.checklist_id, func.count().label("steps"))
        .add_columns(func.count(ChecklistStep.done_at).label("done"))
        .group_by(ChecklistStep.checklist_id)
        .subquery()
    )
    names = func.array_agg(aggregate_order_by(Checklist.name, Checklist.id.desc()), type_=ARRAY(Text))
    is_after = Case.resolved_at >= Checklist.begun_at
    took = func.extract("epoch", Case.resolved_at - Checklist.begun_at)
    rows = session.execute(
        select(names[1], func.count(), func.sum(ticks.c.steps), func.sum(ticks.c.done))
        .add_columns(func.count().filter(is_after))
        .add_columns(func.percentile_cont(0.5).within_group(took).filter(is_after))
        .select_from(Checklist)
        .join(ticks, ticks.c.checklist_id == Checklist.id)
        .join(Case, Case.id == Checklist.case_id)
        .where(is_counted, Checklist.begun_at >= period.start, Checklist.begun_at < period.end)
        .group_by(Checklist.playbook)
        .order_by(func.count().desc(), Checklist.playbook)
    )
    return tuple(
        PlaybookUse(name, cases, int(steps), int(done), ended, _span(median))
        for name, cases, steps, done, ended, median in rows
    )


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
