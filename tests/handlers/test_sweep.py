"""The clock: pings before, an escalation at the breach, each once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, closing, notices
from handlers.sweep import sweep
from handlers.threads import load_notices
from models.case import Case, CaseEvent
from models.message import Message, MessagePurpose
from models.policies.opening_hours import OpeningHours
from models.policies.rulebook import Rulebook
from models.sla import Escalation, SlaPing
from models.vocabulary import CaseEventKind, ClockKind, OutcomeKind
from tests.builders import ANA, BEN, a_case, a_promise, a_rulebook, a_team, an_act
from tests.clock import MONDAY_MORNING

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OPENING = MONDAY_MORNING + 3 * HOUR
ASLEEP = a_rulebook(
    teams={"deliveries": a_team(hours=OpeningHours("Mo-Su 12:00-23:00", "UTC"))},
    promises={"normal": a_promise(lengths={ClockKind.RESOLVE: 3.2 * HOUR})},
)
"""Deliveries opens on Monday at noon; its promise counts round the clock, its pings fall before."""


def _happened(session: Session, case: Case) -> list[CaseEventKind]:
    events = select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return list(session.scalars(events))[1:]


def _sweep(session: Session, minutes: float, rulebook: Rulebook | None = None) -> None:
    sweep(session, rulebook or a_rulebook(), MONDAY_MORNING + minutes * MINUTE)


def _direct(session: Session) -> Sequence[Message]:
    """The direct messages that are promised."""
    wanted = Message.purpose == MessagePurpose.DIRECT
    return session.scalars(select(Message).where(wanted).order_by(Message.id)).all()


def test_nothing_happens_before_a_threshold(session: Session) -> None:
    case = a_case(session)

    _sweep(session, 4)

    assert _happened(session, case) == []


def test_a_case_nobody_answers_is_pinged_at_each_threshold_once(session: Session) -> None:
    case = a_case(session)

    _sweep(session, 5)
    _sweep(session, 5.5)
    _sweep(session, 9)

    assert _happened(session, case) == [CaseEventKind.PINGED, CaseEventKind.PINGED]
    assert len(session.scalars(select(SlaPing)).all()) == 2


def test_a_case_nobody_answers_is_escalated_once(session: Session) -> None:
    case = a_case(session)

    _sweep(session, 10)
    _sweep(session, 11)

    assert _happened(session, case) == [CaseEventKind.ESCALATED]
    escalations = session.scalars(select(Escalation).where(Escalation.case_id == case.id)).all()
    assert len(escalations) == 1
    channels = session.scalars(
        select(Message.slack_channel).where(Message.purpose == MessagePurpose.ESCALATION)
    )
    assert channels.all() == ["#recovery-supervisors"]


def test_what_was_missed_while_nobody_swept_is_told_once(session: Session) -> None:
    case = a_case(session)

    _sweep(session, 9.5)

    assert _happened(session, case) == [CaseEventKind.PINGED]
    assert len(session.scalars(select(SlaPing)).all()) == 2


def test_a_claimed_case_is_pinged_no_more_about_acknowledging(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())

    _sweep(session, 12)

    assert _happened(session, case) == [CaseEventKind.CLAIMED]


def test_a_team_that_left_the_rules_is_escalated_to_the_admins(session: Session) -> None:
    a_case(session)

    sweep(session, a_rulebook(teams={}), MONDAY_MORNING + 10 * MINUTE)

    channels = session.scalars(
        select(Message.slack_channel).where(Message.purpose == MessagePurpose.ESCALATION)
    )
    assert channels.all() == ["#recovery-admins"]


def test_pings_at_night_wait_until_the_team_opens_and_are_one(session: Session) -> None:
    case = a_case(session, rulebook=ASLEEP)
    _sweep(session, 100, ASLEEP)
    _sweep(session, 175, ASLEEP)
    before = _happened(session, case)

    sweep(session, ASLEEP, OPENING)
    sweep(session, ASLEEP, OPENING + MINUTE)

    assert before == []
    assert _happened(session, case) == [CaseEventKind.PINGED]
    assert len(session.scalars(select(SlaPing)).all()) == 2


def test_an_escalation_does_not_wait_and_leaves_nothing_to_remind_of(session: Session) -> None:
    hours = {"deliveries": a_team(hours=OpeningHours("Mo-Su 12:00-23:00", "UTC"))}
    case = a_case(session)
    _sweep(session, 9, a_rulebook(teams=hours))
    _sweep(session, 10, a_rulebook(teams=hours))

    sweep(session, a_rulebook(teams=hours), OPENING)

    assert _happened(session, case) == [
        *(CaseEventKind.ESCALATED, CaseEventKind.BREACHED, CaseEventKind.ADMINS_TOLD),
    ]


def test_a_ping_that_waits_is_dropped_when_the_case_is_over(session: Session) -> None:
    case = a_case(session, rulebook=ASLEEP)
    _sweep(session, 100, ASLEEP)
    done = {"outcome": OutcomeKind.RESOLVED, "theme": "delivery", "what_was_done": "Sent a new lamp"}
    closing.resolve_case(session, case.id, an_act(), **done)

    sweep(session, ASLEEP, OPENING)

    assert _happened(session, case) == [CaseEventKind.RESOLVED]


def test_who_has_the_case_is_told_and_nobody_else(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(BEN))
    _sweep(session, 30)

    count = notices.bundle(session, MONDAY_MORNING + 30 * MINUTE)

    (message,) = _direct(session)
    assert (count, message.slack_channel) == (1, BEN)
    assert [each.line.kind for each in load_notices(session, message.id)] == [CaseEventKind.PINGED]


def test_a_week_without_a_sweep_is_one_direct_message_for_each_person(session: Session) -> None:
    for owner in (ANA, BEN) * 100:
        assignment.claim(session, a_case(session).id, an_act(owner))

    _sweep(session, 7 * 24 * 60)
    _sweep(session, 7 * 24 * 60)
    notices.bundle(session, MONDAY_MORNING + 7 * 24 * HOUR)
    notices.bundle(session, MONDAY_MORNING + 7 * 24 * HOUR)

    told = {message.slack_channel: len(load_notices(session, message.id)) for message in _direct(session)}
    assert told == {ANA: 100, BEN: 100}


@pytest.mark.parametrize("minutes", [0, 3, 59, 600])
def test_sweeping_again_at_the_same_moment_changes_nothing(session: Session, minutes: int) -> None:
    case = a_case(session, rulebook=a_rulebook(promises={"normal": a_promise()}))
    _sweep(session, minutes)
    before = _happened(session, case)

    _sweep(session, minutes)

    assert _happened(session, case) == before
