"""Contacts: the first is measured from the alert, each begins the next promise to tell the customer more."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, closing, contact, intake, sla, sweep, triage, waiting
from handlers.errors import CannotDo
from handlers.stats import Scope, Stats, load_stats
from handlers.storing import store_feedback
from models.case import Case, CaseEvent
from models.interaction import Interaction
from models.policies.periods import Period
from models.policies.sla_clock import Clock
from models.sla import SlaClock
from models.vocabulary import (
    SYSTEM,
    CaseEventKind,
    ClockKind,
    ContactBy,
    Direction,
    OutcomeKind,
    PauseReason,
    Priority,
    SlaStatus,
)
from tests.builders import ANA, BEN, a_case, a_feedback, a_promise, a_rulebook, a_score, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
CONTACT, UPDATE = ClockKind.CONTACT, ClockKind.UPDATE
LENGTHS = {CONTACT: 15 * MINUTE, UPDATE: 60 * MINUTE, ClockKind.RESOLVE: 480 * MINUTE}
NORMAL = a_promise(lengths=LENGTHS)
URGENT = a_promise(name="urgent", lengths={CONTACT: 5 * MINUTE, UPDATE: 30 * MINUTE})
RULES = a_rulebook(promises={"normal": NORMAL, "urgent": URGENT})
MAIL = "ottilie@example.com"


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


@pytest.fixture
def case(session: Session) -> Case:
    """A case that promises a contact in a quarter of an hour and an update in an hour; Ana has it."""
    case = a_case(session, rulebook=RULES, author_handle=MAIL)
    assignment.claim(session, case.id, an_act())
    return case


def reach(session: Session, case: Case, minutes: float) -> CaseEvent:
    act = an_act(at=after(minutes))
    contact.contacted(session, case.id, act, channel=ContactBy.PHONE, words="Promised a new lamp")
    return session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()


def clock(session: Session, case: Case, kind: ClockKind) -> Clock:
    """The one of that kind that a card shows."""
    (found,) = [each for each in sla.load_clocks(session, [case.id])[case.id] if each.kind is kind]
    return found


def figures(session: Session, minutes: float) -> Stats:
    return load_stats(session, Period("all", after(-60), after(6000)), Scope(), after(minutes))


def test_the_first_contact_stops_its_clock_and_says_how_long_it_took(session: Session, case: Case) -> None:
    event = reach(session, case, 12)

    assert clock(session, case, CONTACT).status(after(20)) is SlaStatus.KEPT
    assert event.kind is CaseEventKind.CONTACTED
    assert event.details == {
        "channel": "phone",
        "words": "Promised a new lamp",
        "alerted_at": MONDAY_MORNING.isoformat(),
        "update_due_at": after(72).isoformat(),
    }


def test_only_the_first_contact_is_measured_from_the_alert(session: Session, case: Case) -> None:
    reach(session, case, 12)

    assert reach(session, case, 50).details["alerted_at"] is None


def test_each_contact_begins_the_next_round_of_the_update(session: Session, case: Case) -> None:
    reach(session, case, 12)
    reach(session, case, 50)

    rounds = session.scalars(select(SlaClock).where(SlaClock.kind == UPDATE).order_by(SlaClock.round)).all()

    assert [(row.round, row.started_at, row.stopped_at, row.due_at) for row in rounds] == [
        (1, after(0), after(12), after(60)),
        (2, after(12), after(50), after(72)),
        (3, after(50), None, after(110)),
    ]
    assert clock(session, case, UPDATE).due_at == after(110)


def test_every_round_counts_and_only_what_is_decided(session: Session, case: Case) -> None:
    reach(session, case, 12)
    reach(session, case, 100)

    counted = {each.kind: (each.kept, each.decided) for each in figures(session, 110).attainment}

    assert counted[CONTACT] == (1, 1)
    assert counted[UPDATE] == (1, 2)


def test_each_round_is_pinged_and_escalated_anew(session: Session, case: Case) -> None:
    for minutes in range(0, 60, 5):
        sweep.sweep(session, RULES, after(minutes))
    reach(session, case, 59)
    for minutes in range(60, 125, 5):
        sweep.sweep(session, RULES, after(minutes))

    about_updates = [
        event.kind
        for event in session.scalars(select(CaseEvent).order_by(CaseEvent.id))
        if event.details.get("clock") == UPDATE
    ]

    assert about_updates == [
        *(CaseEventKind.PINGED, CaseEventKind.PINGED),
        *(CaseEventKind.PINGED, CaseEventKind.PINGED, CaseEventKind.ESCALATED),
    ]


def test_the_time_to_the_first_contact_is_reported_whatever_was_promised(session: Session) -> None:
    soon, late, never = (a_case(session) for _ in range(3))
    reach(session, soon, 10)
    reach(session, soon, 50)
    reach(session, late, 20)

    reported = figures(session, 60).first_contacts

    assert never.id not in {soon.id, late.id}
    assert (reported.reached, reported.cases, reported.median) == (2, 3, 15 * MINUTE)


def test_where_nobody_was_reached_there_is_no_median(session: Session, case: Case) -> None:
    assert figures(session, 60).first_contacts.median is None


def test_a_contact_while_the_case_is_paused_begins_a_round_that_is_paused(
    session: Session, case: Case
) -> None:
    act = an_act(at=after(5))
    waiting.pause(session, case.id, act, reason=PauseReason.THIRD_PARTY, why="The courier searches")
    event = reach(session, case, 10)
    paused = clock(session, case, UPDATE)

    waiting.resume(session, case.id, an_act(at=after(30)))

    assert event.details["update_due_at"] is None
    assert (paused.due_at, paused.status(after(11))) == (None, SlaStatus.PAUSED)
    assert clock(session, case, UPDATE).due_at == after(90)


def test_a_change_of_promise_keeps_the_round(session: Session, case: Case) -> None:
    reach(session, case, 12)

    triage.change_priority(session, case.id, an_act(at=after(20), rulebook=RULES), to=Priority.URGENT)

    assert clock(session, case, UPDATE).due_at == after(42)
    reach(session, case, 40)
    assert clock(session, case, UPDATE).due_at == after(70)


def test_who_was_reached_is_not_promised_a_first_contact_again(session: Session) -> None:
    silent = a_promise(lengths={ClockKind.RESOLVE: 480 * MINUTE})
    rules = a_rulebook(promises={"normal": silent, "urgent": URGENT})
    case = a_case(session, rulebook=rules)
    reach(session, case, 12)

    triage.change_priority(session, case.id, an_act(at=after(20), rulebook=rules), to=Priority.URGENT)

    kinds = {each.kind: each.due_at for each in sla.load_clocks(session, [case.id])[case.id]}
    assert kinds == {UPDATE: after(42)}


def test_what_the_customer_says_meanwhile_is_an_interaction_of_each_open_case(
    session: Session, case: Case
) -> None:
    feedback = a_feedback("Still no parcel", author_handle=MAIL)
    feedback_id = store_feedback(session, feedback, after(30), is_imported=False)
    assert feedback_id is not None
    intake.hear_all(session, {feedback_id: a_score()}, RULES, at=after(30))

    kept = session.scalars(select(Interaction)).all()

    assert [(each.case_id, each.direction, each.channel, each.by, each.at) for each in kept] == [
        (case.id, Direction.IN, "email", SYSTEM, after(30))
    ]
    assert clock(session, case, CONTACT).stopped_at is None


def test_a_contact_is_kept_with_who_how_and_what(session: Session, case: Case) -> None:
    contact.contacted(session, case.id, an_act(BEN), channel=ContactBy.SMS, words=" We are on it ")

    (kept,) = session.scalars(select(Interaction)).all()

    assert (kept.direction, kept.channel, kept.by, kept.words) == (Direction.OUT, "sms", BEN, "We are on it")


@pytest.mark.parametrize(
    ("words", "refusal"), [(" ", "Say what you told them"), ("x" * 1001, "at most 1000")]
)
def test_a_contact_without_words_or_with_too_many_is_refused(
    session: Session, case: Case, words: str, refusal: str
) -> None:
    with pytest.raises(CannotDo, match=refusal):
        contact.contacted(session, case.id, an_act(), channel=ContactBy.PHONE, words=words)


def test_nobody_is_contacted_about_a_case_that_is_over(session: Session, case: Case) -> None:
    closing.resolve_case(
        session,
        case.id,
        an_act(ANA),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent it",
    )

    with pytest.raises(CannotDo, match="already resolved"):
        reach(session, case, 12)
