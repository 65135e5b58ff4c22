"""A case that is moved leaves its card's key where the card was, or may have been."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, messages, moves, places
from handlers.owners import find_owner
from models.case import Case
from models.message import Message, MessagePurpose
from models.policies.assignment import AssignmentRules, Strategy
from models.policies.rulebook import Rulebook
from tests.builders import ANA, BEN, LEA, SAM, a_case, a_rulebook, a_team, an_act
from tests.clock import MONDAY_MORNING

DELIVERIES, BILLING = "#recovery-deliveries", "#recovery-billing"


def rules(**billing: object) -> Rulebook:
    """Deliveries, and Billing, for which Lea works."""
    plain = {"key": "billing", "name": "Billing", "channel": BILLING, "members": (LEA,), "supervisors": ()}
    return a_rulebook(teams={"deliveries": a_team(), "billing": a_team(**plain | billing)})


def card_of(session: Session, case: Case) -> Message:
    card = messages.find_card(session, case.id)
    assert card is not None
    return card


def move(session: Session, case: Case, rulebook: Rulebook | None = None) -> None:
    moves.move(session, case.id, an_act(SAM, rulebook=rulebook or rules()), to="billing")
    session.flush()


def post(message: Message, channel: str, ts: str) -> None:
    message.tried_at = MONDAY_MORNING
    messages.book_posted(
        message, channel=channel, ts=ts, shown_version=message.wanted_version, at=MONDAY_MORNING
    )


def test_a_worker_on_its_way_with_the_card_books_the_old_place(session: Session) -> None:
    case = a_case(session)
    card = card_of(session, case)
    card.tried_at, key = MONDAY_MORNING, card.key

    move(session, case)
    (booked,) = messages.take_by_keys(session, [key])
    messages.book_posted(booked, channel="C1", ts="1.1", shown_version=1, at=MONDAY_MORNING)

    assert booked.purpose is MessagePurpose.MOVED
    assert booked.shown_version < booked.wanted_version
    assert (card_of(session, case).ts, card_of(session, case).slack_channel) == (None, BILLING)


def test_a_thread_is_found_before_and_after_the_case_has_left_it(session: Session) -> None:
    case = a_case(session)
    post(card_of(session, case), "C1", "1.1")
    session.flush()
    before = places.find_thread(session, "C1", "1.1")

    move(session, case)
    post(card_of(session, case), "C2", "2.2")
    session.flush()

    left = places.find_old_place(session, case.id)
    assert left is not None
    assert before == places.Thread(case.id)
    assert places.find_thread(session, "C1", "1.1") == places.Thread(case.id, left.id, is_left=True)
    assert places.find_thread(session, "C2", "2.2") == places.Thread(case.id)
    assert places.find_thread(session, "C2", "1.1") is None


def test_an_old_place_is_owed_one_more_edit_when_the_card_is_posted(session: Session) -> None:
    case = a_case(session)
    post(card_of(session, case), "C1", "1.1")
    move(session, case)
    old_place = places.find_old_place(session, case.id)
    assert old_place is not None
    post(old_place, "C1", "1.1")
    session.flush()

    places.lead_to_card(session, case.id, card_of(session, case))

    session.refresh(old_place)
    assert old_place.wanted_version == old_place.shown_version + 1


def test_a_place_where_nothing_stands_is_forgotten_with_what_was_to_be_said_there(session: Session) -> None:
    case = a_case(session)
    post(card_of(session, case), "C1", "1.1")
    assignment.claim(session, case.id, an_act(BEN))
    (line,) = session.scalars(select(Message).where(Message.purpose == MessagePurpose.LINE))
    line.tried_at = MONDAY_MORNING
    session.flush()
    move(session, case)
    old_place = places.find_old_place(session, case.id)
    assert old_place is not None

    places.book_nothing_there(session, old_place)
    session.flush()

    owed = messages.load_owed(session, case.id)
    assert [message.purpose for message in owed] == [
        *(MessagePurpose.CARD, MessagePurpose.LINE, MessagePurpose.LINE),
    ]
    assert {message.thread_of for message in owed} == {None}


def test_who_has_a_case_and_does_not_work_for_the_new_team_has_it_no_more(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(BEN))

    move(session, case)

    assert find_owner(session, case.id) is None


def test_the_new_team_gives_a_case_that_nobody_has_as_it_gives_new_ones(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(ANA))

    move(session, case, rules(assignment=AssignmentRules(Strategy.LEAST_LOADED)))

    assert find_owner(session, case.id) == LEA
