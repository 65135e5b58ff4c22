"""What is counted in the database, and that nothing is counted twice or forgotten."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.figures import HAPPENED, HEARD, POSTED, RECEIVED, Figures, Totals, count_on, load_figures
from bot.figures import NOTHING as FIRST
from handlers import assignment, closing, intake, messages, ticks
from handlers.jobs import hand_in
from handlers.sweep import sweep
from handlers.ticks import SWEEP, Run
from models.case import Case
from models.vocabulary import OutcomeKind
from tests.builders import a_case, a_feedback, a_rulebook, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)


def figures(session: Session, after: timedelta = timedelta(0)) -> Figures:
    """All of it, so long after Monday morning."""
    session.flush()
    hand_in(session)
    return load_figures(session, MONDAY_MORNING + after, Totals())


def posts(session: Session, case: Case) -> None:
    """The card hangs in Slack."""
    session.flush()
    card = messages.find_card(session, case.id)
    assert card is not None
    messages.book_posted(card, channel="C1", ts="1.1", shown_version=1, at=MONDAY_MORNING)
    session.flush()


def test_feedback_is_counted_as_it_comes_and_as_it_is_heard(session: Session) -> None:
    a_case(session)
    a_case(session, source="survey")
    intake.receive_feedback(session, a_feedback(), MONDAY_MORNING)

    totals = figures(session).totals

    assert totals.received.total == {("email",): 2, ("survey",): 1}
    assert totals.heard.total == {("case opened",): 2}


def test_what_happens_to_cases_is_counted_by_team(session: Session) -> None:
    case = a_case(session)
    a_case(session)
    assignment.claim(session, case.id, an_act())
    closing.resolve_case(
        session,
        case.id,
        an_act(),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="A new lamp",
    )

    found = figures(session)

    assert found.open_cases == {("deliveries",): 1}
    assert found.totals.happened.total == {
        ("deliveries", "opened"): 2,
        ("deliveries", "claimed"): 1,
        ("deliveries", "resolved"): 1,
    }


def test_broken_promises_are_counted_while_they_are_not_met(session: Session) -> None:
    case = a_case(session)
    a_case(session)
    sweep(session, a_rulebook(), MONDAY_MORNING + 11 * MINUTE)
    assignment.claim(session, case.id, an_act())

    found = figures(session, 11 * MINUTE)

    assert found.overdue_clocks == {("acknowledge",): 1}
    assert found.totals.happened.total["deliveries", "escalated"] == 2


def test_messages_are_counted_as_promised_posted_owed_and_refused(session: Session) -> None:
    posts(session, a_case(session))
    refused = a_case(session)
    a_case(session)
    session.flush()
    card = messages.find_card(session, refused.id)
    assert card is not None
    messages.book_failed(card, error="is_archived", at=MONDAY_MORNING)

    found = figures(session)

    assert (found.totals.promised.total, found.totals.posted.total) == ({("card",): 3}, {("card",): 1})
    assert (found.owed_messages, found.refused_messages) == ({("card",): 1}, {("card",): 1})


def test_the_age_of_each_tick_is_told(session: Session) -> None:
    ticks.leave_trace(session, Run(SWEEP, MINUTE, MONDAY_MORNING, took=timedelta(seconds=2)))

    found = figures(session, MINUTE)

    assert (found.tick_ages, found.tick_lengths) == ({SWEEP: MINUTE}, {SWEEP: timedelta(seconds=2)})


def test_what_was_counted_long_ago_is_not_read_again(session: Session) -> None:
    a_case(session)
    a_case(session)
    session.flush()
    first = count_on(session, HAPPENED, FIRST, unsettled=1)
    session.execute(text("delete from case_events where id = (select min(id) from case_events)"))
    a_case(session)

    second = count_on(session, HAPPENED, first, unsettled=1)

    assert first.total == {("deliveries", "opened"): 2}
    assert second.total == {("deliveries", "opened"): 3}


def test_a_total_never_falls(session: Session) -> None:
    a_case(session)
    session.flush()
    first = count_on(session, HAPPENED, FIRST)
    session.execute(text("delete from case_events"))

    assert count_on(session, HAPPENED, first).total == first.total


def test_what_waits_to_be_heard_counts_however_many_came_after_it(session: Session) -> None:
    waiting = intake.receive_feedback(session, a_feedback(), MONDAY_MORNING)
    hand_in(session)
    a_case(session)
    a_case(session)
    session.flush()
    first = count_on(session, HEARD, FIRST, unsettled=0)
    session.execute(text("delete from procrastinate_jobs where task_name = 'hear'"))
    session.execute(
        text("insert into decisions values (:id, null, 'nothing fits', false, 'test', :at)"),
        {"id": waiting, "at": MONDAY_MORNING},
    )

    second = count_on(session, HEARD, first, unsettled=0)

    assert first.total == {("case opened",): 2}
    assert second.total == {("case opened",): 2, ("no rule",): 1}
    assert count_on(session, RECEIVED, FIRST, unsettled=0).total == {("email",): 3}


def test_what_waits_to_be_posted_counts_however_many_came_after_it(session: Session) -> None:
    waiting = a_case(session)
    posts(session, a_case(session))
    first = count_on(session, POSTED, FIRST, unsettled=0)
    posts(session, waiting)

    second = count_on(session, POSTED, first, unsettled=0)

    assert (first.total, second.total) == ({("card",): 1}, {("card",): 2})
