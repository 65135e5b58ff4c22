"""The clock: pings before, an escalation at the breach, each once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment
from handlers.sweep import sweep
from models.case import Case, CaseEvent
from models.message import Message, MessagePurpose
from models.sla import Escalation, SlaPing
from models.vocabulary import CaseEventKind
from tests.builders import a_case, a_promise, a_rulebook, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)


def _happened(session: Session, case: Case) -> list[CaseEventKind]:
    events = select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return list(session.scalars(events))[1:]


def _sweep(session: Session, minutes: float) -> None:
    sweep(session, a_rulebook(), MONDAY_MORNING + minutes * MINUTE)


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


@pytest.mark.parametrize("minutes", [0, 3, 59, 600])
def test_sweeping_again_at_the_same_moment_changes_nothing(session: Session, minutes: int) -> None:
    case = a_case(session, rulebook=a_rulebook(promises={"normal": a_promise()}))
    _sweep(session, minutes)
    before = _happened(session, case)

    _sweep(session, minutes)

    assert _happened(session, case) == before
