"""How the work stands, counted in the database, where the rows of every process are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, case, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.queue_state import QueueState, load_queue_state
from handlers import audit, ticks
from models.case import Case, CaseEvent
from models.feedback import Feedback, FeedbackDecision
from models.message import Message
from models.policies.audit import LATE_JOB
from models.sla import SlaClock
from models.vocabulary import CaseStatus

Labels = tuple[str, ...]
Counts = Mapping[Labels, int]

UNSETTLED = 10_000
"""The newest so many rows are counted every time: transactions do not end in the order of their ids."""

_FIRST_UNHEARD = text(
    "select min(cast(args ->> 'subject_id' as bigint)) as id from procrastinate_jobs where task_name = 'hear'"
).columns(id=BigInteger)
_FIRST_UNPOSTED = select(func.min(Message.id)).where(Message.ts.is_(None))
_ORDERED = case(
    (FeedbackDecision.opens_case, "case opened"),
    (FeedbackDecision.rule.is_(None), "no rule"),
    else_="ignored",
)


@dataclass(frozen=True, slots=True)
class Countable:
    """Rows of which there are ever more: their ids, and a query for the labels by which they are counted.

    `first_open` asks for the least id that may come to count later; None: a row counts once it is there.
    """

    ids: InstrumentedAttribute[int]
    labels: Select[*tuple[Any, ...]]
    first_open: Any = None


RECEIVED = Countable(Feedback.id, select(Feedback.source))
HEARD = Countable(FeedbackDecision.feedback_id, select(_ORDERED), _FIRST_UNHEARD)
HAPPENED = Countable(CaseEvent.id, select(Case.team, CaseEvent.kind).join_from(CaseEvent, Case))
PROMISED = Countable(Message.id, select(Message.purpose))
POSTED = Countable(Message.id, select(Message.purpose).where(Message.ts.is_not(None)), _FIRST_UNPOSTED)


@dataclass(frozen=True, slots=True)
class Tally:
    """A count that never falls; rows up to `settled_until` were counted once, and are not read again."""

    total: Counts = field(default_factory=dict)
    settled: Counts = field(default_factory=dict)
    settled_until: int = 0


NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted since the beginning; each by its labels."""

    received: Tally = NOTHING
    heard: Tally = NOTHING
    happened: Tally = NOTHING
    promised: Tally = NOTHING
    posted: Tally = NOTHING


@dataclass(frozen=True, slots=True)
class Figures:
    """The work at one moment.

    Open cases by team, overdue clocks by kind, messages by purpose; `tick_ages` is how long ago each tick
    last went well, `tick_lengths` how long its last run took.
    """

    at: datetime
    totals: Totals
    open_cases: Counts
    overdue_clocks: Counts
    owed_messages: Counts
    refused_messages: Counts
    findings: Counts
    queue: QueueState
    tick_ages: Mapping[str, timedelta]
    tick_lengths: Mapping[str, timedelta]


def load_figures(session: Session, at: datetime, before: Totals) -> Figures:
    """Read all of it; `before` are the totals of the last time, from which they go on."""
    traces = ticks.load_traces(session)
    unposted = select(Message.purpose).where(Message.ts.is_(None))
    return Figures(
        at=at,
        totals=_count_on_all(session, before),
        open_cases=_count(session, select(Case.team).where(Case.status != CaseStatus.RESOLVED)),
        overdue_clocks=_count(
            session, select(SlaClock.kind).where(SlaClock.stopped_at.is_(None), SlaClock.due_at < at)
        ),
        owed_messages=_count(session, unposted.where(Message.failed_at.is_(None))),
        refused_messages=_count(session, select(Message.purpose).where(Message.failed_at.is_not(None))),
        findings={(each.kind.value,): each.count for each in audit.load_findings(session)},
        queue=load_queue_state(session, late=LATE_JOB),
        tick_ages={trace.tick: at - (trace.last_ok_at or trace.traced_since) for trace in traces},
        tick_lengths={trace.tick: trace.took for trace in traces},
    )


def _count_on_all(session: Session, before: Totals) -> Totals:
    return Totals(
        received=count_on(session, RECEIVED, before.received),
        heard=count_on(session, HEARD, before.heard),
        happened=count_on(session, HAPPENED, before.happened),
        promised=count_on(session, PROMISED, before.promised),
        posted=count_on(session, POSTED, before.posted),
    )


def count_on(session: Session, what: Countable, before: Tally, *, unsettled: int = UNSETTLED) -> Tally:
    """Count what came since; what was erased meanwhile stays counted: a fall would look like a restart."""
    until = max(_settles_until(session, what, unsettled), before.settled_until)
    rows = session.execute(
        what.labels.add_columns(func.count().filter(what.ids <= until), func.count())
        .where(what.ids > before.settled_until)
        .group_by(*what.labels.selected_columns)
    )
    settled, total = dict(before.settled), dict(before.total)
    for *labels, now_settled, counted in rows:
        key = tuple(map(str, labels))
        total[key] = max(before.settled.get(key, 0) + counted, before.total.get(key, 0))
        settled[key] = before.settled.get(key, 0) + now_settled
    return Tally(total, settled, until)


def _settles_until(session: Session, what: Countable, unsettled: int) -> int:
    newest = session.scalar(select(func.max(what.ids))) or 0
    first_open = session.scalar(what.first_open) if what.first_open is not None else None
    return min(newest - unsettled, newest if first_open is None else first_open - 1)


def _count(session: Session, labels: Select[*tuple[Any, ...]]) -> Counts:
    rows = session.execute(labels.add_columns(func.count()).group_by(*labels.selected_columns))
    return {tuple(map(str, names)): counted for *names, counted in rows}
