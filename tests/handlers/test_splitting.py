"""Splitting: a second case for another matter, with the same owner and the promise of the first."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import (
    assignment,
    audit,
    cards,
    closing,
    contact,
    extending,
    intake,
    merging,
    sla,
    splitting,
    sweep,
    waiting,
)
from handlers.errors import CannotDo, NotAllowed
from handlers.owners import find_owner
from handlers.pause_report import load_pausing
from models.case import Case, CaseEvent
from models.feedback import Feedback
from models.message import Message, MessagePurpose
from models.notice import Notice
from models.policies.periods import Period
from models.vocabulary import (
    CaseEventKind,
    CaseStatus,
    ClockKind,
    ContactBy,
    FindingKind,
    OutcomeKind,
    PauseReason,
)
from tests.builders import ANA, BEN, SAM, STRANGER, a_case, a_feedback, a_promise, a_rulebook, a_score, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
ACKNOWLEDGE, CONTACT, UPDATE, RESOLVE = ClockKind
LENGTHS = {ACKNOWLEDGE: 10 * MINUTE, CONTACT: 15 * MINUTE, UPDATE: 60 * MINUTE, RESOLVE: 120 * MINUTE}
RULES = a_rulebook(promises={"normal": a_promise(lengths=LENGTHS)})
MAIL = "ottilie@example.com"
TITLE = "The driver was rude"


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


def split(session: Session, case: Case, minutes: float, title: str = TITLE, piece: int | None = None) -> Case:
    act = an_act(at=after(minutes), rulebook=RULES)
    return splitting.split(session, case.id, act, piece=piece, title=title)


def says(session: Session, text: str, minutes: float, handle: str = MAIL) -> int:
    """The customer says something that opens no case; its number."""
    said = a_feedback(text, author_handle=handle)
    number = intake.store_feedback(session, said, after(minutes), is_imported=False)
    assert number is not None
    intake.hear_all(session, {number: a_score(0.0)}, RULES, at=after(minutes))
    return number


def deadlines(session: Session, case: Case) -> dict[ClockKind, datetime | None]:
    clocks = sla.load_clocks(session, [case.id])[case.id]
    return {clock.kind: clock.due_at for clock in clocks if clock.stopped_at is None}


@pytest.fixture
def case(session: Session) -> Case:
    """Ana took it after five minutes."""
    case = a_case(session, rulebook=RULES, author_handle=MAIL)
    assignment.claim(session, case.id, an_act(at=after(5)))
    return case


def test_a_second_matter_is_a_case_of_its_own_with_the_same_owner(session: Session, case: Case) -> None:
    new = split(session, case, 20)

    assert (new.title, new.feedback_id, new.customer_id) == (TITLE, case.feedback_id, case.customer_id)
    assert (new.team, new.kind, new.priority, new.promise) == (
        case.team,
        case.kind,
        case.priority,
        case.promise,
    )
    assert (find_owner(session, new.id), new.status) == (ANA, CaseStatus.IN_PROGRESS)
    card = session.scalars(
        select(Message).where(Message.case_id == new.id, Message.purpose == MessagePurpose.CARD)
    ).one()
    assert card.slack_channel == "#recovery-deliveries"


def test_each_card_and_each_history_tells_of_the_other(session: Session, case: Case) -> None:
    new = split(session, case, 20)

    first, second = (cards.load_card(session, each.id, RULES) for each in (case, new))

    assert (first.split_off, first.others) == ((new.id,), [new.id])
    assert (second.split_from, second.others) == (case.id, [case.id])
    events = session.execute(
        select(CaseEvent.case_id, CaseEvent.kind, CaseEvent.details["other"].as_integer())
        .order_by(CaseEvent.id.desc())
        .limit(2)
    ).all()
    assert [tuple(event) for event in events] == [
        (new.id, CaseEventKind.SPLIT_OFF, case.id),
        (case.id, CaseEventKind.SPLIT, new.id),
    ]


def test_the_promise_counts_from_the_start_and_what_was_kept_was_kept_for_both(
    session: Session, case: Case
) -> None:
    contact.contacted(session, case.id, an_act(at=after(10)), channel=ContactBy.PHONE, words="Sorry")

    new = split(session, case, 20)

    assert deadlines(session, new) == {UPDATE: after(70), RESOLVE: after(120)} == deadlines(session, case)


def test_pauses_and_added_time_go_along_and_are_counted_once(session: Session, case: Case) -> None:
    waiting.pause(session, case.id, an_act(at=after(10)), reason=PauseReason.CUSTOMER, why="The receipt")
    waiting.resume(session, case.id, an_act(at=after(40)))
    more = {"length": 25 * MINUTE, "reason": "Asked", "kind": RESOLVE}
    extending.extend(session, case.id, an_act(SAM, at=after(41)), **more)
    waiting.pause(session, case.id, an_act(at=after(45)), reason=PauseReason.THIRD_PARTY, why="The courier")

    new = split(session, case, 50)
    waiting.resume(session, new.id, an_act(at=after(55)))

    assert deadlines(session, new)[RESOLVE] == after(120 + 30 + 25 + 10)
    assert waiting.find_paused(session, case.id) is not None
    counted = load_pausing(session, Period("all", after(0), after(99)), teams=None, by=None, at=after(60))
    assert (counted.times, counted.length) == (2, 45 * MINUTE)


def test_a_promise_that_was_broken_is_broken_in_both_and_told_once_in_each(
    session: Session, case: Case
) -> None:
    sweep.sweep(session, RULES, after(16))
    new = split(session, case, 20)
    for minutes in range(20, 200, 5):
        sweep.sweep(session, RULES, after(minutes))

    seen = audit.look_at_books(session, after(200), tick_names=())
    told = session.scalars(
        select(CaseEvent.details["clock"].astext).where(
            CaseEvent.case_id == new.id,
            CaseEvent.kind.in_([CaseEventKind.ESCALATED, CaseEventKind.BREACHED]),
            CaseEvent.details["step"].as_integer().is_distinct_from(2),
        )
    ).all()

    assert told.count("contact") == 1
    assert seen[FindingKind.UNSWEPT_CLOCK].count == seen[FindingKind.MISSED_THRESHOLD].count == 0


def test_what_the_customer_said_later_becomes_a_case(session: Session, case: Case) -> None:
    number = says(session, "And the driver shouted at me. It was awful", 10)
    says(session, "I am somebody else", 11, handle="else@example.com")

    pieces = splitting.list_pieces(session, case.id)
    new = split(session, case, 20, title="", piece=number)

    assert [(piece.number, piece.text[:3]) for piece in pieces] == [(number, "And")]
    assert (new.feedback_id, new.title) == (number, "And the driver shouted at me. It was awful")
    assert splitting.list_pieces(session, case.id) == []


def test_what_the_customer_of_a_merged_case_said_can_be_split_off(session: Session, case: Case) -> None:
    other = a_case(session, rulebook=RULES, author_handle="other@example.com")
    merging.merge(session, other.id, an_act(at=after(6)), into=case.id)
    number = says(session, "And the lamp hums", 10, handle="other@example.com")

    assert [piece.number for piece in splitting.list_pieces(session, case.id)] == [number]


def test_a_case_that_was_split_off_can_be_split_and_merged_back(session: Session, case: Case) -> None:
    second = split(session, case, 20)
    third = split(session, second, 25, title="A third matter")
    merging.merge(session, second.id, an_act(at=after(30)), into=case.id)

    matters = session.scalars(select(Case.matter).order_by(Case.id)).all()

    assert list(matters) == [1, 2, 3]
    assert third.split_from_id == second.id
    assert len(session.scalars(select(Feedback)).all()) == 1


def test_who_has_the_cases_is_told_unless_they_split_them(session: Session, case: Case) -> None:
    split(session, case, 20)
    splitting.split(session, case.id, an_act(BEN, rulebook=RULES), piece=None, title="Another")

    assert list(session.scalars(select(Notice.agent_id))) == [ANA]


@pytest.mark.parametrize(
    ("title", "piece", "refusal"),
    [
        ("", None, "Say what the new case is about"),
        ("x" * 81, None, "at most 80 characters; this one has 81"),
        ("", 10**9, "F1000000000 is nothing that the customer of case #\\d+ said besides. There is: none"),
    ],
)
def test_what_cannot_be_split_off_is_refused(
    session: Session, case: Case, title: str, piece: int | None, refusal: str
) -> None:
    with pytest.raises(CannotDo, match=refusal):
        split(session, case, 20, title=title, piece=piece)


def test_the_words_of_a_case_are_no_piece_of_another(session: Session, case: Case) -> None:
    again = a_case(session, rulebook=RULES, author_handle=MAIL)

    with pytest.raises(CannotDo, match="is nothing that the customer"):
        split(session, case, 20, title="", piece=again.feedback_id)


def test_a_case_that_is_over_is_not_split_and_a_stranger_splits_none(session: Session, case: Case) -> None:
    with pytest.raises(NotAllowed):
        splitting.split(session, case.id, an_act(STRANGER), piece=None, title=TITLE)
    closing.resolve_case(
        session,
        case.id,
        an_act(),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent it",
    )

    with pytest.raises(CannotDo, match="is already resolved"):
        split(session, case, 20)
