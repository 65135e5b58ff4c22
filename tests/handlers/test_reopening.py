"""Reopening: what starts afresh, what goes on, and that nobody is told twice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, audit, closing, contact, pauses, reopening, sla, sweep, waiting
from handlers.errors import CannotDo
from handlers.owners import find_owner
from handlers.stats import Scope, load_stats
from models.case import Case, CaseEvent, Outcome
from models.policies.periods import Period
from models.policies.sla_clock import Clock
from models.sla import SlaPause
from models.vocabulary import (
    CaseEventKind,
    CaseStatus,
    ClockKind,
    ContactBy,
    FindingKind,
    OutcomeKind,
    PauseEnd,
    PauseReason,
    SlaStatus,
)
from tests.builders import ANA, BEN, a_case, a_promise, a_rulebook, a_team, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
ACKNOWLEDGE, CONTACT, UPDATE, RESOLVE = ClockKind
LENGTHS = {ACKNOWLEDGE: 10 * MINUTE, CONTACT: 15 * MINUTE, UPDATE: 60 * MINUTE, RESOLVE: 120 * MINUTE}
RULES = a_rulebook(promises={"normal": a_promise(lengths=LENGTHS)})


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


def resolve(session: Session, case: Case, minutes: float) -> None:
    act = an_act(at=after(minutes))
    closing.resolve_case(
        session,
        case.id,
        act,
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent a new lamp",
    )


def reopen(session: Session, case: Case, minutes: float) -> CaseEvent:
    reopening.reopen(session, case.id, an_act(BEN, at=after(minutes), rulebook=RULES), why="It broke too")
    return session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()


def clocks_of(session: Session, case: Case) -> dict[ClockKind, Clock]:
    return {clock.kind: clock for clock in sla.load_clocks(session, [case.id])[case.id]}


@pytest.fixture
def case(session: Session) -> Case:
    """Ana took it after five minutes, reached the customer after ten, and resolved it after thirty."""
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(5)))
    contact.contacted(session, case.id, an_act(at=after(10)), channel=ContactBy.PHONE, words="Sorry")
    resolve(session, case, 30)
    return case


def test_contact_and_update_start_afresh_and_resolve_goes_on(session: Session, case: Case) -> None:
    event = reopen(session, case, 300)

    clocks = clocks_of(session, case)

    assert {kind: clock.started_at for kind, clock in clocks.items()} == {
        ACKNOWLEDGE: after(0),
        CONTACT: after(300),
        UPDATE: after(300),
        RESOLVE: after(0),
    }
    assert event.details["deadlines"] == {
        "contact": after(315).isoformat(),
        "update": after(360).isoformat(),
        "resolve": after(390).isoformat(),
    }
    assert clocks[ACKNOWLEDGE].status(after(301)) is SlaStatus.KEPT


def test_the_last_owner_has_it_and_its_end_is_history(session: Session, case: Case) -> None:
    event = reopen(session, case, 300)

    assert (case.status, case.resolved_at) == (CaseStatus.IN_PROGRESS, None)
    assert find_owner(session, case.id) == event.details["owner"] == ANA
    assert session.get(Outcome, case.id) is None
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert {CaseEventKind.RESOLVED, CaseEventKind.REOPENED} <= set(kinds)


def test_the_time_for_which_it_was_resolved_is_a_pause(session: Session, case: Case) -> None:
    reopen(session, case, 300)

    (row,) = pauses.load_pauses(session, case.id)

    assert (row.reason, row.started_by, row.started_at) == (PauseReason.RESOLVED, ANA, after(30))
    assert (row.ended_by, row.ended_at, row.ended_because) == (BEN, after(300), PauseEnd.REOPENED)


def test_a_case_that_nobody_has_is_to_be_acknowledged_afresh(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    resolve(session, case, 5)

    event = reopen(session, case, 60)

    assert case.status is CaseStatus.OPEN
    assert event.details["owner"] is None
    assert clocks_of(session, case)[ACKNOWLEDGE].due_at == after(70)


def test_who_left_the_team_does_not_have_it_again(session: Session, case: Case) -> None:
    rules = a_rulebook(promises=RULES.promises, teams={"deliveries": a_team(members=(BEN,))})

    reopening.reopen(session, case.id, an_act(BEN, at=after(60), rulebook=rules), why="It broke too")

    assert (find_owner(session, case.id), case.status) == (None, CaseStatus.OPEN)
    assert clocks_of(session, case)[ACKNOWLEDGE].started_at == after(60)


def test_a_promise_that_was_broken_stays_so_and_is_not_escalated_again(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act())
    sweep.sweep(session, RULES, after(125))
    resolve(session, case, 130)
    reopen(session, case, 300)
    sweep.sweep(session, RULES, after(301))

    told = [CaseEventKind.ESCALATED, CaseEventKind.BREACHED]
    broken = session.scalars(select(CaseEvent.details["clock"].astext).where(CaseEvent.kind.in_(told))).all()

    assert clocks_of(session, case)[RESOLVE].status(after(301)) is SlaStatus.BREACHED
    assert broken.count("resolve") == 1


def test_what_starts_afresh_is_pinged_and_escalated_afresh(session: Session, case: Case) -> None:
    reopen(session, case, 300)
    for minutes in range(300, 320):
        sweep.sweep(session, RULES, after(minutes))

    told = session.scalars(
        select(CaseEvent.kind).where(CaseEvent.details["clock"].astext == "contact").order_by(CaseEvent.id)
    ).all()

    assert told == [CaseEventKind.PINGED, CaseEventKind.PINGED, CaseEventKind.ESCALATED]


def test_a_case_is_reopened_more_than_once(session: Session, case: Case) -> None:
    reopen(session, case, 60)
    resolve(session, case, 90)

    reopen(session, case, 200)

    clocks = clocks_of(session, case)
    assert clocks[RESOLVE].due_at == after(120 + 30 + 110)
    assert clocks[CONTACT].started_at == after(200)


def test_a_case_that_was_paused_as_it_was_resolved_goes_on_unpaused(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act())
    waiting.pause(session, case.id, an_act(at=after(10)), reason=PauseReason.CUSTOMER, why="The receipt")
    resolve(session, case, 20)

    reopen(session, case, 50)

    assert clocks_of(session, case)[RESOLVE].due_at == after(120 + 40)
    assert waiting.find_paused(session, case.id) is None


def test_rounds_before_and_after_count_each_and_resolve_counts_once(session: Session, case: Case) -> None:
    reopen(session, case, 300)
    resolve(session, case, 310)

    period = Period("all", after(-60), after(6000))
    counted = {
        each.kind: (each.kept, each.decided)
        for each in load_stats(session, period, Scope(), after(400)).attainment
    }

    assert counted == {ACKNOWLEDGE: (1, 1), CONTACT: (2, 2), UPDATE: (3, 3), RESOLVE: (1, 1)}


def test_the_auditor_finds_nothing_amiss(session: Session, case: Case) -> None:
    reopen(session, case, 300)
    for minutes in range(300, 500):
        sweep.sweep(session, RULES, after(minutes))

    seen = audit.look_at_books(session, after(500), tick_names=())

    assert seen[FindingKind.UNSWEPT_CLOCK].count == seen[FindingKind.MISSED_THRESHOLD].count == 0


def test_a_case_that_is_not_over_is_not_reopened(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="is not resolved, so there is nothing to reopen: it is open"):
        reopen(session, case, 5)


@pytest.mark.parametrize(("why", "refusal"), [(" ", "Say why"), ("x" * 301, "at most 300")])
def test_who_reopens_a_case_says_why(session: Session, case: Case, why: str, refusal: str) -> None:
    with pytest.raises(CannotDo, match=refusal):
        reopening.reopen(session, case.id, an_act(BEN), why=why)

    assert session.scalars(select(SlaPause)).all() == []
