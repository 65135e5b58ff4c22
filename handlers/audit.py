"""The auditor looks for what should have happened and did not, and the admins are told what changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from handlers import messages, sla, ticks
from models.audit import AuditFinding
from models.case import CaseEvent
from models.message import Message, MessagePurpose
from models.notice import Notice
from models.policies import audit
from models.policies.audit import Seen, TickSeen
from models.policies.rulebook import Rulebook
from models.sla import Escalation, SlaClock, SlaPause, SlaPing
from models.vocabulary import FindingKind

MOST = 1000
"""So many of one kind are counted; more are as bad."""
NAMED = 3
CLOCKS_CHECKED = 500
"""Running clocks whose thresholds are computed anew at each look, those with the nearest deadlines."""
BREACHED_LATELY = timedelta(days=1)


def look_at_books(session: Session, at: datetime, *, tick_names: Collection[str]) -> dict[FindingKind, Seen]:
    """What our own tables show; of ticks only those that are to run."""
    return {
        FindingKind.UNSWEPT_CLOCK: _unswept_clocks(session, at),
        FindingKind.MISSED_THRESHOLD: _missed_thresholds(session, at),
        FindingKind.UNPOSTED_MESSAGE: _unposted_messages(session, at),
        FindingKind.SILENT_TICK: audit.silent_ticks(
            [tick for tick in load_ticks(session) if tick.name in tick_names], at
        ),
    }


def book(session: Session, seen: Mapping[FindingKind, Seen], rulebook: Rulebook, at: datetime) -> None:
    """Keep what was found, and tell the admins, in one message, which kinds are new or well again."""
    fresh = [{"kind": kind, "count": 0, "looked_at": at} for kind in FindingKind]
    session.execute(insert(AuditFinding).values(fresh).on_conflict_do_nothing())
    rows = session.scalars(select(AuditFinding).order_by(AuditFinding.kind).with_for_update()).all()
    news = [row.kind for row in rows if bool(row.count) is not bool(seen[row.kind].count)]
    for row in rows:
        row.count, row.looked_at = seen[row.kind].count, at
        row.since = (row.since or at) if row.count else None
    if news:
        lines = [audit.line_about(kind, seen[kind]) for kind in FindingKind if kind in news]
        messages.tell_admins(session, rulebook.admins.channel, "\n".join(lines), at)


def load_findings(session: Session) -> Sequence[AuditFinding]:
    """How each kind stood at the last look; none before the first."""
    return session.scalars(select(AuditFinding).order_by(AuditFinding.kind)).all()


def is_all_well(session: Session, at: datetime) -> bool:
    """Whether a look that is not old found nothing."""
    findings = load_findings(session)
    looked_at = min((finding.looked_at for finding in findings), default=None)
    return audit.is_all_well([finding.count for finding in findings], looked_at, at)


def load_ticks(session: Session) -> list[TickSeen]:
    """The trace of every tick, for a decision."""
    return [
        TickSeen(trace.tick, trace.every, trace.traced_since, trace.last_ok_at)
        for trace in ticks.load_traces(session)
    ]


def _unswept_clocks(session: Session, at: datetime) -> Seen:
    """Marks, reminders, steps and wakings long due; and clocks that nobody will ever look at, by a bug."""
    long_due = at - audit.UNSWEPT_AFTER
    steps = select(Escalation.case_id).where(Escalation.next_step_at < long_due)
    reminders = (
        select(SlaClock.case_id)
        .join(SlaPing, SlaPing.clock_id == SlaClock.id)
        .where(SlaPing.waits_until < long_due)
    )
    asleep = select(SlaPause.case_id).where(SlaPause.ended_at.is_(None), SlaPause.until < long_due)
    overdue = select(SlaClock.case_id).where(SlaClock.next_mark_at < long_due)
    forgotten = select(SlaClock.case_id).where(
        SlaClock.stopped_at.is_(None),
        SlaClock.next_mark_at.is_(None),
        SlaClock.marked_until < SlaClock.due_at,
    )
    return _cases(session, overdue.order_by(SlaClock.next_mark_at), forgotten, steps, reminders, asleep)


def _missed_thresholds(session: Session, at: datetime) -> Seen:
    """Thresholds that the promise itself, and not what is kept of it, says were reached.

    A clock that the sweep is about to see for the first time is left to it: one that was promised anew from
    its original start has marks that lie far back.
    """
    was_never_swept = SlaClock.marked_until == SlaClock.started_at
    is_about_to_be = SlaClock.next_mark_at.between(at - audit.UNSWEPT_AFTER, at)
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.stopped_at.is_(None), SlaClock.due_at > at - BREACHED_LATELY)
        .where((was_never_swept & is_about_to_be).is_not(True))
        .order_by(SlaClock.due_at)
        .limit(CLOCKS_CHECKED)
    ).all()
    told: dict[int, set[str]] = {row.id: set() for row in rows}
    pings = select(SlaPing).where(SlaPing.clock_id.in_(told))
    for ping in session.scalars(pings):
        told[ping.clock_id].add(ping.threshold)
    missed = [
        f"{name} of case #{row.case_id}"
        for row in rows
        for name in audit.missed_marks(
            sla.clock_of(row).due_marks(None, at - audit.UNSWEPT_AFTER), told[row.id], row.marked_until
        )
    ]
    return Seen(len(missed), tuple(missed[:NAMED]))


def _unposted_messages(session: Session, at: datetime) -> Seen:
    """Promised and not there; one that Slack refused is known with its reason, and so is its thread.

    Words owed to a person of which no message was made are promised, too.
    """
    since = at - audit.UNPOSTED_AFTER
    card = aliased(Message)
    waits_for_refused = exists().where(
        card.case_id == Message.case_id,
        or_(
            card.id == Message.thread_of, Message.thread_of.is_(None) & (card.purpose == MessagePurpose.CARD)
        ),
        card.ts.is_(None),
        card.last_error.is_not(None),
    )
    unposted = (
        select(Message.case_id)
        .where(Message.ts.is_(None), Message.last_error.is_(None), Message.promised_at < since)
        .where(~(Message.in_thread & waits_for_refused))
        .order_by(Message.id)
    )
    untold = select(CaseEvent.case_id).join_from(Notice, CaseEvent, CaseEvent.id == Notice.event_id)
    return _cases(session, unposted, untold.where(Notice.message_id.is_(None), Notice.owed_at < since))


def _cases(session: Session, *queries: Select[int] | Select[int | None]) -> Seen:
    """Count the rows, and name the first cases among them."""
    found = [case_id for query in queries for case_id in session.scalars(query.limit(MOST))]
    named = dict.fromkeys(f"case #{case_id}" for case_id in found if case_id is not None)
    return Seen(len(found), tuple(named)[:NAMED])
