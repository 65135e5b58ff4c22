"""A case that changes comes under the promise that fits it now, from the original start."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, audit, closing, extending, sla, sweep, triage, waiting
from handlers.errors import CannotDo
from handlers.stats import Scope, load_stats
from models.case import Case, CaseEvent
from models.policies.periods import Period
from models.policies.promises import Fit, Promise
from models.policies.rulebook import Rulebook
from models.sla import Escalation, SlaClock
from models.vocabulary import (
    CaseEventKind,
    CaseKind,
    ClockKind,
    EscalationEnd,
    FindingKind,
    OutcomeKind,
    PauseReason,
    Priority,
)
from tests.builders import ANA, SAM, STRANGER, a_case, a_promise, a_rulebook, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
ACKNOWLEDGE, UPDATE, RESOLVE = ClockKind.ACKNOWLEDGE, ClockKind.UPDATE, ClockKind.RESOLVE


def promises(**others: Promise) -> Rulebook:
    """Cases open as high priority under "normal": acknowledged in ten minutes, resolved in an hour."""
    return a_rulebook(promises={"normal": a_promise(), **others})


def promised(**minutes: int) -> dict[ClockKind, timedelta]:
    return {ClockKind(kind): length * MINUTE for kind, length in minutes.items()}


URGENT = a_promise(name="urgent", lengths=promised(acknowledge=2, update=5, resolve=20))
LOW = a_promise(name="low", lengths=promised(resolve=240))
RULES = promises(urgent=URGENT, low=LOW)


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


def change(
    session: Session, case: Case, to: Priority, minutes: float = 1, rules: Rulebook = RULES
) -> CaseEvent:
    triage.change_priority(session, case.id, an_act(at=after(minutes), rulebook=rules), to=to)
    return session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()


def due_of(session: Session, case: Case) -> dict[ClockKind, float]:
    """After how many minutes each clock of a case is due."""
    clocks = sla.load_clocks(session, [case.id])[case.id]
    return {clock.kind: (clock.due_at - MONDAY_MORNING) / MINUTE for clock in clocks if clock.due_at}


def happened(session: Session, case: Case, kind: CaseEventKind) -> int:
    events = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind == kind)
    return len(session.scalars(events).all())


def test_a_change_of_priority_promises_anew_from_the_original_start(session: Session) -> None:
    case = a_case(session, rulebook=RULES)

    event = change(session, case, Priority.URGENT, minutes=4)

    assert (case.priority, case.promise) == (Priority.URGENT, "urgent")
    assert due_of(session, case) == {ACKNOWLEDGE: 2, UPDATE: 5, RESOLVE: 20}
    assert event.details["deadlines"] == [
        {"clock": "acknowledge", "before": after(10).isoformat(), "after": after(2).isoformat()},
        {"clock": "update", "before": None, "after": after(5).isoformat()},
        {"clock": "resolve", "before": after(60).isoformat(), "after": after(20).isoformat()},
    ]
    assert (event.details["before"], event.details["to"]) == ("high", "urgent")
    assert (event.details["promise_before"], event.details["promise"]) == ("normal", "urgent")


def test_a_clock_that_is_not_promised_any_more_is_neither_kept_nor_missed(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    change(session, case, Priority.LOW, minutes=30)

    figures = load_stats(session, Period("all", after(-60), after(600)), Scope(), after(500))

    assert due_of(session, case) == {RESOLVE: 240}
    assert [(promise.kind, promise.kept, promise.decided) for promise in figures.attainment] == [
        (RESOLVE, 0, 1)
    ]


def test_what_was_acknowledged_in_time_stays_so(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))

    change(session, case, Priority.URGENT, minutes=4)

    assert due_of(session, case) == {ACKNOWLEDGE: 10, UPDATE: 5, RESOLVE: 20}


def test_nobody_is_promised_what_is_done_already(session: Session) -> None:
    rules = promises(normal=a_promise(lengths=promised(resolve=60)), urgent=URGENT)
    case = a_case(session, rulebook=rules)
    assignment.claim(session, case.id, an_act(at=after(3)))

    change(session, case, Priority.URGENT, minutes=4, rules=rules)

    assert due_of(session, case) == {UPDATE: 5, RESOLVE: 20}


def test_a_new_deadline_that_has_passed_is_told_by_the_next_sweep_once(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))
    rules = promises(urgent=a_promise(name="urgent", lengths=promised(resolve=20)))
    change(session, case, Priority.URGENT, minutes=25, rules=rules)

    sweep.sweep(session, rules, after(25))
    sweep.sweep(session, rules, after(26))

    assert happened(session, case, CaseEventKind.ESCALATED) == 1


def test_what_passed_by_the_change_is_left_to_the_sweep_by_the_auditor(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))
    change(session, case, Priority.URGENT, minutes=25)

    seen = audit.look_at_books(session, after(25.01), tick_names=())

    assert seen[FindingKind.UNSWEPT_CLOCK].count == seen[FindingKind.MISSED_THRESHOLD].count == 0


def test_a_longer_promise_that_is_broken_too_is_told_as_well(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))
    sweep.sweep(session, RULES, after(60))
    change(session, case, Priority.LOW, minutes=61)
    sweep.sweep(session, RULES, after(62))

    sweep.sweep(session, RULES, after(240))

    assert len(session.scalars(select(Escalation).where(Escalation.case_id == case.id)).all()) == 2


def test_a_pause_is_kept_under_the_new_promise(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))
    waiting.pause(session, case.id, an_act(at=after(4)), reason=PauseReason.CUSTOMER, why="They look for it")

    event = change(session, case, Priority.URGENT, minutes=10)
    while_paused = due_of(session, case)
    waiting.resume(session, case.id, an_act(at=after(14)))

    assert [(moved["before"], moved["after"]) for moved in event.details["deadlines"]] == [
        (None, ""),
        ("", ""),
    ]
    assert while_paused == {ACKNOWLEDGE: 10}
    assert due_of(session, case) == {ACKNOWLEDGE: 10, UPDATE: 15, RESOLVE: 30}


def test_more_time_that_was_given_is_kept_under_the_new_promise(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))
    more = {"length": 10 * MINUTE, "reason": "They asked for it", "kind": RESOLVE}
    extending.extend(session, case.id, an_act(SAM, at=after(4)), **more)

    change(session, case, Priority.URGENT, minutes=5)

    assert due_of(session, case) == {ACKNOWLEDGE: 10, UPDATE: 5, RESOLVE: 30}


def test_an_escalation_is_over_when_the_new_promise_leaves_more_time(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.claim(session, case.id, an_act(at=after(3)))
    sweep.sweep(session, RULES, after(60))

    change(session, case, Priority.LOW, minutes=61)

    raised = session.scalars(select(Escalation).where(Escalation.case_id == case.id)).one()
    assert (raised.ended_at, raised.ended_because) == (after(61), EscalationEnd.EXTENDED)


def test_going_back_is_one_more_change(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    change(session, case, Priority.URGENT)
    rules = promises(urgent=URGENT, high=a_promise(name="high"))

    change(session, case, Priority.HIGH, minutes=2, rules=rules)

    assert due_of(session, case) == {ACKNOWLEDGE: 10, RESOLVE: 60}
    assert len(session.scalars(select(SlaClock).where(SlaClock.case_id == case.id)).all()) == 7


def test_two_changes_at_one_moment_are_two_changes(session: Session) -> None:
    case = a_case(session, rulebook=RULES)

    change(session, case, Priority.URGENT, minutes=1)
    change(session, case, Priority.LOW, minutes=1)

    assert due_of(session, case) == {RESOLVE: 240}


def test_a_change_of_kind_chooses_the_promise_that_is_for_it(session: Session) -> None:
    queries = a_promise(
        name="queries", lengths=promised(resolve=30), fits=Fit(kind=frozenset({CaseKind.QUERY}))
    )
    rules = promises(queries=queries)
    case = a_case(session, rulebook=rules)

    triage.change_kind(session, case.id, an_act(at=after(1), rulebook=rules), to=CaseKind.QUERY)

    assert (case.kind, case.promise) == (CaseKind.QUERY, "queries")
    assert due_of(session, case) == {RESOLVE: 30}


def test_where_no_other_promise_fits_the_case_keeps_the_one_it_has(session: Session) -> None:
    case = a_case(session)
    shorter = a_rulebook(promises={"normal": a_promise(lengths=promised(resolve=5))})

    event = change(session, case, Priority.URGENT, rules=shorter)

    assert event.details["deadlines"] == []
    assert due_of(session, case) == {ACKNOWLEDGE: 10, RESOLVE: 60}


def test_a_case_of_a_team_that_left_the_rules_keeps_its_promise(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    rules = a_rulebook(promises=dict(RULES.promises), teams={})

    triage.change_priority(session, case.id, an_act("U0LEA", at=after(1), rulebook=rules), to=Priority.URGENT)

    assert due_of(session, case) == {ACKNOWLEDGE: 10, RESOLVE: 60}


def test_what_a_case_is_already_is_refused_with_what_it_could_be(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match=r"is high already\. It could be one of: low, normal, urgent"):
        triage.change_priority(session, case.id, an_act(), to=Priority.HIGH)
    with pytest.raises(CannotDo, match="is complaint already"):
        triage.change_kind(session, case.id, an_act(), to=CaseKind.COMPLAINT)


def test_a_stranger_and_a_resolved_case_change_nothing(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="can change the priority of its cases"):
        triage.change_priority(session, case.id, an_act(STRANGER), to=Priority.LOW)
    closing.resolve_case(
        session, case.id, an_act(ANA), outcome=OutcomeKind.RESOLVED, theme="delivery", what_was_done="Called"
    )
    with pytest.raises(CannotDo, match="already resolved"):
        triage.change_priority(session, case.id, an_act(), to=Priority.LOW)


def test_editing_the_rules_changes_nothing_for_an_open_case(session: Session) -> None:
    case = a_case(session, rulebook=RULES)
    edited = a_rulebook(
        promises={
            "everything": a_promise(
                name="everything",
                lengths=promised(resolve=1),
                ping_at=(0.1,),
                fits=Fit(team=frozenset({"deliveries"})),
            ),
            "normal": a_promise(lengths=promised(resolve=2), ping_at=(0.2,)),
        }
    )

    sweep.sweep(session, edited, after(4))

    clocks = sla.load_clocks(session, [case.id])[case.id]
    assert due_of(session, case) == {ACKNOWLEDGE: 10, RESOLVE: 60}
    assert {clock.ping_at for clock in clocks} == {(0.5, 0.9)}
    assert (
        happened(session, case, CaseEventKind.PINGED) == happened(session, case, CaseEventKind.ESCALATED) == 0
    )
