"""Escalations: a case is raised step by step until somebody acknowledges it, or what was wrong is over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import messages, notices
from handlers.act import Act
from handlers.history import record
from handlers.jobs import Urgency
from handlers.owners import find_owner
from models.case import Case
from models.policies import ladders
from models.policies.ladders import Climb
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import Clock
from models.sla import Escalation, EscalationStep, SlaClock
from models.vocabulary import SYSTEM, AgentId, CaseEventKind, CaseStatus, EscalationEnd


def begin(
    session: Session, case: Case, act: Act, *, reason: str, clock: SlaClock | None = None
) -> Escalation | None:
    """Put a case on the foot of its ladder; None, and nothing happens, while it climbs one already."""
    ladder = act.rulebook.ladder_of(case.promise)
    raised = session.scalar(
        insert(Escalation)
        .values(
            case_id=case.id,
            clock_id=clock.id if clock else None,
            step=0,
            reason=reason,
            raised_by=act.by,
            at=act.at,
            ladder=ladders.kept(ladder),
            next_step_at=act.at + ladder.steps[0].after,
        )
        .on_conflict_do_nothing()
        .returning(Escalation.id)
    )
    return session.get_one(Escalation, raised) if raised is not None else None


def tell_step(
    session: Session, case: Case, escalation: Escalation, rulebook: Rulebook, at: datetime
) -> AgentId | None:
    """Tell the next step, once; who gets the case at it, None where it stays with whom it is."""
    steps = ladders.read(escalation.ladder)
    number = escalation.step + 1
    step, people = steps[number - 1], rulebook.groups_of(case.team)
    told, heir = ladders.whom(step, people), ladders.heir_at(step, people)
    if not _book_step(
        session, escalation, number, at, told=[*told.people, *told.user_groups, *told.channels]
    ):
        return None
    escalation.step = number
    escalation.next_step_at = at + ladders.wait_after(steps, number)
    details = _about(session, case, escalation) | {
        "to": list(told.people),
        "user_groups": list(told.user_groups),
        "channels": list(told.channels),
        "step": number,
        "steps": len(steps),
    }
    event = record(session, case, CaseEventKind.ESCALATED, by=escalation.raised_by, at=at, **details)
    if number == 1 and details["owner"] not in {None, escalation.raised_by}:
        notices.owe(session, details["owner"], event)
    messages.promise_line(session, case, event, Urgency.PING)
    messages.refresh_escalation(session, case.id, escalation.id)
    for channel in _channels(case, rulebook, told):
        messages.promise_escalation(session, case, event, channel=channel, escalation_id=escalation.id)
    return heir if heir not in rulebook.barred else None


def tell_admins(
    session: Session, case: Case, escalation: Escalation, rulebook: Rulebook, at: datetime
) -> None:
    """The ladder is at its end and nobody acknowledged: the admins are told, once."""
    escalation.next_step_at = None
    number = len(escalation.ladder) + 1
    if not _book_step(session, escalation, number, at, told=list(rulebook.admins.members)):
        return
    words = (
        f"🚨 Case #{case.id} is escalated since {escalation.at:%d %b %H:%M} UTC, and nobody acknowledged it: "
        f"all {len(escalation.ladder)} steps of its ladder were told. `/recovery show {case.id}` tells more."
    )
    messages.tell_admins(session, rulebook.admins.channel, words, at)
    event = record(session, case, CaseEventKind.ADMINS_TOLD, by=SYSTEM, at=at)
    messages.promise_line(session, case, event, Urgency.PING)
    messages.refresh_escalation(session, case.id, escalation.id)


def settle(session: Session, case: Case, clocks: Sequence[Clock], at: datetime) -> None:
    """End the escalation when the case is resolved, or when no promise is broken any more.

    One that somebody raised by hand goes on until it is acknowledged or the case is resolved.
    """
    escalation = find_latest(session, case.id)
    if escalation is None or escalation.ended_at is not None:
        return
    if case.status is CaseStatus.RESOLVED:
        _end(session, escalation, EscalationEnd.RESOLVED, at)
    elif escalation.clock_id is not None and ladders.is_over(clocks, at):
        row = session.get_one(SlaClock, escalation.clock_id)
        is_done = row.stopped_at is not None and row.withdrawn_at is None
        _end(session, escalation, EscalationEnd.KEPT if is_done else EscalationEnd.EXTENDED, at)


def end(session: Session, case_id: int, because: EscalationEnd, at: datetime) -> None:
    """End the escalation of a case for another reason than its clocks; nothing where none is open."""
    escalation = find_latest(session, case_id)
    if escalation is not None and escalation.ended_at is None:
        _end(session, escalation, because, at)


def refresh(session: Session, case_id: int) -> None:
    """Who has the case is another now: the messages of its escalation say so."""
    escalation = find_latest(session, case_id)
    if escalation is not None and escalation.ended_at is None:
        messages.refresh_escalation(session, case_id, escalation.id)


def find_raised(session: Session, case_ids: Collection[int]) -> list[int]:
    """Which of these cases are raised, acknowledged or not."""
    raised = select(Escalation.case_id).where(Escalation.case_id.in_(case_ids), Escalation.ended_at.is_(None))
    return list(session.scalars(raised.distinct().order_by(Escalation.case_id)))


def is_raised(session: Session, case_id: int) -> bool:
    """Whether the case is raised, acknowledged or not."""
    return bool(find_raised(session, [case_id]))


def find_latest(session: Session, case_id: int) -> Escalation | None:
    """The escalation that a case was raised to last, open or not."""
    return session.scalars(
        select(Escalation).where(Escalation.case_id == case_id).order_by(Escalation.id.desc()).limit(1)
    ).first()


def find_climb(session: Session, case_id: int) -> Climb | None:
    """How far the case is raised, or was at last; None where it never was."""
    return load_climbs(session, [case_id]).get(case_id)


def load_climbs(session: Session, case_ids: Sequence[int]) -> dict[int, Climb]:
    """How far each of these cases is raised; those that never were are left out."""
    rows = session.scalars(select(Escalation).where(Escalation.case_id.in_(case_ids)).order_by(Escalation.id))
    return {row.case_id: _climb_of(row) for row in rows}


def _climb_of(row: Escalation) -> Climb:
    return Climb(
        step=row.step,
        steps=max(len(row.ladder), 1),
        reason=row.reason,
        since=row.at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )


def _about(session: Session, case: Case, escalation: Escalation) -> dict[str, Any]:
    """What the history says of an escalation: the promise that was not kept, or why it was raised by hand."""
    owner = find_owner(session, case.id)
    if escalation.clock_id is None:
        return {"reason": escalation.reason, "owner": owner}
    row = session.get_one(SlaClock, escalation.clock_id)
    return {"clock": row.kind.value, "due_at": row.due_at and row.due_at.isoformat(), "owner": owner}


def _book_step(
    session: Session, escalation: Escalation, number: int, at: datetime, *, told: Sequence[str]
) -> bool:
    """Whether this step was never told before: the row is the proof."""
    values = {"escalation_id": escalation.id, "step": number, "at": at, "told": list(told)}
    booked = insert(EscalationStep).values(values).on_conflict_do_nothing().returning(EscalationStep.step)
    return session.scalar(booked) is not None


def _channels(case: Case, rulebook: Rulebook, told: ladders.Told) -> list[str]:
    """Where a step is posted: in the channels that it names, and where its people read escalations."""
    team = rulebook.teams.get(case.team)  # it may have left rules.yaml while its cases are open
    home = team.escalation_channel if team else rulebook.admins.channel
    return list(dict.fromkeys([*([home] if told.people or told.user_groups else []), *told.channels]))


def _end(session: Session, escalation: Escalation, because: EscalationEnd, at: datetime) -> None:
    escalation.ended_at, escalation.ended_because, escalation.next_step_at = at, because, None
    session.flush()
    messages.refresh_escalation(session, escalation.case_id, escalation.id)
