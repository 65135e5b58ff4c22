"""Pauses: rows from which the deadlines follow, one at a time, each ended once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, audit, closing, intake, pauses, sla, sweep, waiting
from handlers.errors import CannotDo
from handlers.storing import store_feedback
from models.case import Case, CaseEvent
from models.sla import SlaClock
from models.vocabulary import (
    SYSTEM,
    CaseEventKind,
    ClockKind,
    FindingKind,
    OutcomeKind,
    PauseEnd,
    PauseReason,
    SlaStatus,
)
from tests.builders import ANA, BEN, a_case, a_feedback, a_promise, a_rulebook, a_score, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
CUSTOMER, SNOOZED = PauseReason.CUSTOMER, PauseReason.SNOOZED
LENGTHS = dict.fromkeys(ClockKind, 60 * MINUTE)
RULES = a_rulebook(promises={"normal": a_promise(lengths=LENGTHS)})
MAIL = "ottilie@example.com"


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


@pytest.fixture
def case(session: Session) -> Case:
    """A case under all four promises, an hour each, that Ana has."""
    case = a_case(session, rulebook=RULES, author_handle=MAIL)
    assignment.claim(session, case.id, an_act())
    return case


def pause(session: Session, case: Case, minutes: float, reason: PauseReason = CUSTOMER) -> None:
    waiting.pause(session, case.id, an_act(at=after(minutes)), reason=reason, why="They look for it")


def snooze(session: Session, case: Case, minutes: float, until: float) -> None:
    waiting.snooze(session, case.id, an_act(at=after(minutes)), until=after(until), why="")


def resume(session: Session, case: Case, minutes: float) -> None:
    waiting.resume(session, case.id, an_act(at=after(minutes)))


def due_of(session: Session, case: Case) -> dict[ClockKind, float | None]:
    """After how many minutes each clock is due, as its row says."""
    rows = session.scalars(
        select(SlaClock).where(SlaClock.case_id == case.id).execution_options(populate_existing=True)
    )
    return {row.kind: row.due_at and (row.due_at - MONDAY_MORNING) / MINUTE for row in rows}


def happened(session: Session, case: Case) -> list[CaseEventKind]:
    """What came after the case was claimed."""
    events = select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return list(session.scalars(events))[2:]


def write_again(session: Session, minutes: float, *, is_imported: bool = False) -> None:
    feedback = a_feedback("Here is the receipt", author_handle=MAIL)
    feedback_id = store_feedback(session, feedback, after(minutes), is_imported=is_imported)
    assert feedback_id is not None
    intake.hear_all(session, {feedback_id: a_score(0.0)}, RULES, at=after(minutes))


def test_a_pause_holds_back_update_and_resolve_and_never_silence(session: Session, case: Case) -> None:
    pause(session, case, 10)

    due = due_of(session, case)

    assert due == {
        ClockKind.ACKNOWLEDGE: 60,
        ClockKind.CONTACT: 60,
        ClockKind.UPDATE: None,
        ClockKind.RESOLVE: None,
    }


def test_deadlines_follow_from_the_ledger_after_each_pause(session: Session, case: Case) -> None:
    pause(session, case, 10)
    resume(session, case, 25)
    first = due_of(session, case)[ClockKind.RESOLVE]
    pause(session, case, 30, PauseReason.THIRD_PARTY)

    resume(session, case, 40)

    assert first == 75
    assert due_of(session, case)[ClockKind.RESOLVE] == 85
    (clock,) = [
        each for each in sla.load_clocks(session, [case.id])[case.id] if each.kind is ClockKind.UPDATE
    ]
    assert clock.due_at == after(85)


def test_a_row_says_who_paused_why_and_since_when(session: Session, case: Case) -> None:
    pause(session, case, 10)
    resume(session, case, 25)

    (row,) = pauses.load_pauses(session, case.id)

    assert (row.reason, row.why, row.started_by, row.started_at) == (
        CUSTOMER,
        "They look for it",
        ANA,
        after(10),
    )
    assert (row.ended_by, row.ended_at, row.ended_because) == (ANA, after(25), PauseEnd.RESUMED)


def test_nobody_is_pinged_of_what_is_paused(session: Session, case: Case) -> None:
    pause(session, case, 10)
    sla.stop_clocks(session, case, after(10), kinds=[ClockKind.CONTACT])

    sweep.sweep(session, RULES, after(300))

    assert happened(session, case) == [CaseEventKind.PAUSED]


def test_a_snooze_has_a_deadline_and_comes_back_by_itself_once(session: Session, case: Case) -> None:
    snooze(session, case, 10, until=40)
    planned = due_of(session, case)[ClockKind.RESOLVE]

    woken = [waiting.wake(session, after(minutes)) for minutes in (39, 47, 48)]

    assert planned == due_of(session, case)[ClockKind.RESOLVE] == 90
    assert woken == [0, 1, 0]
    (row,) = pauses.load_pauses(session, case.id)
    assert (row.ended_at, row.ended_by, row.ended_because) == (after(40), SYSTEM, PauseEnd.TIME_CAME)
    assert happened(session, case) == [CaseEventKind.PAUSED, CaseEventKind.RESUMED]


def test_a_snooze_that_is_resumed_early_counts_as_long_as_it_lasted(session: Session, case: Case) -> None:
    snooze(session, case, 10, until=400)

    resume(session, case, 20)

    assert due_of(session, case)[ClockKind.RESOLVE] == 70


def test_a_snooze_resumed_after_its_time_ended_at_its_time(session: Session, case: Case) -> None:
    snooze(session, case, 10, until=20)

    resume(session, case, 30)

    assert due_of(session, case)[ClockKind.RESOLVE] == 70


def test_the_customers_next_words_end_the_wait_for_them(session: Session, case: Case) -> None:
    pause(session, case, 10)

    write_again(session, 30)

    (row,) = pauses.load_pauses(session, case.id)
    assert (row.ended_at, row.ended_because) == (after(30), PauseEnd.ANSWERED)
    assert happened(session, case) == [CaseEventKind.PAUSED, CaseEventKind.RESUMED]


def test_old_feedback_is_no_answer(session: Session, case: Case) -> None:
    pause(session, case, 10)

    write_again(session, 30, is_imported=True)

    assert happened(session, case) == [CaseEventKind.PAUSED]


def test_somebody_elses_words_end_nothing(session: Session, case: Case) -> None:
    pause(session, case, 10)

    a_case(session, rulebook=RULES)

    assert happened(session, case) == [CaseEventKind.PAUSED]


def test_an_answer_does_not_end_the_wait_for_somebody_else(session: Session, case: Case) -> None:
    pause(session, case, 10, PauseReason.THIRD_PARTY)

    write_again(session, 30)

    assert happened(session, case) == [CaseEventKind.PAUSED]


def test_resolving_ends_a_pause_and_keeps_the_promise(session: Session, case: Case) -> None:
    pause(session, case, 50)
    closing.resolve_case(
        session,
        case.id,
        an_act(at=after(500)),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent a new lamp",
    )

    clocks = {clock.kind: clock for clock in sla.load_clocks(session, [case.id])[case.id]}

    assert clocks[ClockKind.RESOLVE].status(after(600)) is SlaStatus.KEPT
    assert pauses.find_open(session, case.id) is None


def test_a_breach_outlasts_a_later_pause(session: Session, case: Case) -> None:
    pause(session, case, 90)

    assert due_of(session, case)[ClockKind.RESOLVE] == 60


def test_the_auditor_finds_nothing_amiss_in_pauses(session: Session, case: Case) -> None:
    pause(session, case, 10)
    resume(session, case, 200)
    snooze(session, case, 210, until=300)
    for minutes in range(0, 400, 5):
        waiting.wake(session, after(minutes))
        sweep.sweep(session, RULES, after(minutes))

    seen = audit.look_at_books(session, after(396), tick_names=())

    assert seen[FindingKind.UNSWEPT_CLOCK].count == seen[FindingKind.MISSED_THRESHOLD].count == 0


def test_a_case_that_is_paused_is_not_paused_again(session: Session, case: Case) -> None:
    pause(session, case, 10)

    with pytest.raises(CannotDo, match=rf"paused already, waiting for the customer, by <@{ANA}>"):
        snooze(session, case, 11, until=60)


def test_a_case_that_is_not_paused_is_not_resumed(session: Session, case: Case) -> None:
    with pytest.raises(CannotDo, match="is not paused"):
        resume(session, case, 11)


def test_a_case_that_nobody_has_is_not_paused(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="nobody would watch it meanwhile"):
        pause(session, case, 1)


def test_a_case_that_is_over_is_not_paused(session: Session, case: Case) -> None:
    closing.resolve_case(
        session,
        case.id,
        an_act(),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent a new lamp",
    )

    with pytest.raises(CannotDo, match="already resolved"):
        pause(session, case, 11)


@pytest.mark.parametrize(("why", "refusal"), [("  ", "Say what you wait for"), ("x" * 301, "at most 300")])
def test_what_is_waited_for_is_said_in_a_few_words(
    session: Session, case: Case, why: str, refusal: str
) -> None:
    with pytest.raises(CannotDo, match=refusal):
        waiting.pause(session, case.id, an_act(BEN), reason=CUSTOMER, why=why)


def test_a_case_is_not_snoozed_until_a_moment_that_is_past(session: Session, case: Case) -> None:
    with pytest.raises(CannotDo, match="is past"):
        snooze(session, case, 11, until=11)
