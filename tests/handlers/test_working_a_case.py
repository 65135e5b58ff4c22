"""A case is opened once, claimed by one, moved, noted, compensated within limits, and ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from handlers import assignment, cards, closing, compensation, intake, notes, sla
from handlers.errors import CannotDo, NoSuchCase
from handlers.jobs import hand_in
from handlers.notes import Written
from handlers.owners import find_owner
from handlers.places import Thread
from handlers.storing import store_feedback
from models.case import Case, CaseEvent
from models.message import Message, MessagePurpose
from models.policies.promises import Fit
from models.policies.rules import Effect
from models.sla import SlaClock
from models.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseStatus,
    ClockKind,
    OutcomeKind,
    Priority,
)
from tests.builders import (
    ANA,
    BEN,
    SAM,
    STRANGER,
    a_case,
    a_feedback,
    a_promise,
    a_rule,
    a_rulebook,
    a_score,
    a_wish,
    an_act,
    euro,
)
from tests.clock import MONDAY_MORNING


def _purposes(session: Session, case: Case) -> list[MessagePurpose]:
    return list(
        session.scalars(select(Message.purpose).where(Message.case_id == case.id).order_by(Message.id))
    )


def test_negative_feedback_opens_a_case_with_its_card_promised(session: Session) -> None:
    case = a_case(session, text="My parcel never arrived.")

    assert (case.status, case.team, case.rule) == (CaseStatus.OPEN, "deliveries", "Unhappy customer")
    assert _purposes(session, case) == [MessagePurpose.CARD]


def test_the_same_external_id_twice_is_one_feedback(session: Session) -> None:
    incoming = a_feedback()
    store_feedback(session, incoming, MONDAY_MORNING, is_imported=False)

    again = store_feedback(session, incoming, MONDAY_MORNING, is_imported=False)

    assert again is None


def test_feedback_that_is_heard_twice_opens_one_case(session: Session) -> None:
    case = a_case(session)

    again = intake.hear_all(session, {case.feedback_id: a_score()}, a_rulebook(), at=MONDAY_MORNING)

    assert again == []


def test_feedback_that_no_rule_matches_opens_nothing(session: Session) -> None:
    feedback_id = store_feedback(session, a_feedback(), MONDAY_MORNING, is_imported=False)

    opened = intake.hear_all(session, {feedback_id or 0: a_score(0.0)}, a_rulebook(), at=MONDAY_MORNING)

    assert opened == []


def test_a_customer_is_known_again_by_the_handle(session: Session) -> None:
    first = a_case(session, author_handle="ottilie@example.com")

    second = a_case(session, author_handle="ottilie@example.com")

    assert second.customer_id == first.customer_id
    assert cards.load_card(session, second.id, a_rulebook()).times_written == 2


def test_the_promise_is_copied_to_the_case(session: Session) -> None:
    case = a_case(session)

    clocks = session.scalars(
        select(SlaClock).where(SlaClock.case_id == case.id).order_by(SlaClock.due_at)
    ).all()
    assert [(clock.kind, clock.due_at - MONDAY_MORNING) for clock in clocks] == [
        (ClockKind.ACKNOWLEDGE, timedelta(minutes=10)),
        (ClockKind.RESOLVE, timedelta(hours=1)),
    ]


def test_a_case_opens_under_the_promise_that_is_for_its_customer(session: Session) -> None:
    gold = a_promise(
        name="gold",
        lengths={ClockKind.RESOLVE: timedelta(minutes=20)},
        fits=Fit(segment=frozenset({"gold"})),
    )
    rulebook = a_rulebook(
        promises={"gold": gold, "high": a_promise(name="high")},
        rules=(a_rule(effect=Effect(CaseKind.COMPLAINT, "deliveries", Priority.HIGH)),),
    )

    of_gold = a_case(session, rulebook=rulebook, attributes={"segment": "gold"})
    of_anybody = a_case(session, rulebook=rulebook)

    lengths = {
        case_id: [clock.promise for clock in clocks]
        for case_id, clocks in sla.load_clocks(session, [of_gold.id, of_anybody.id]).items()
    }
    assert lengths == {
        of_gold.id: [timedelta(minutes=20)],
        of_anybody.id: [timedelta(minutes=10), timedelta(hours=1)],
    }


def test_a_clock_keeps_shares_and_times_before(session: Session) -> None:
    ping_at = (0.5, timedelta(minutes=5))

    case = a_case(session, rulebook=a_rulebook(promises={"normal": a_promise(ping_at=ping_at)}))

    session.expire_all()
    acknowledge, resolve = sla.load_clocks(session, [case.id])[case.id]
    assert (acknowledge.ping_at, resolve.ping_at) == (ping_at, ping_at)


def test_claiming_makes_the_case_mine_and_stops_the_first_clock(session: Session) -> None:
    case = a_case(session)

    assignment.claim(session, case.id, an_act(ANA, at=MONDAY_MORNING + timedelta(minutes=3)))

    card = cards.load_card(session, case.id, a_rulebook())
    assert (card.owner, card.status) == (ANA, CaseStatus.IN_PROGRESS)
    assert [clock.stopped_at is not None for clock in card.clocks] == [True, False]


def test_a_claimed_case_cannot_be_claimed_by_another(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(ANA))

    with pytest.raises(CannotDo, match=f"already with <@{ANA}>"):
        assignment.claim(session, case.id, an_act(BEN))


def test_assigning_is_for_a_case_that_nobody_has(session: Session) -> None:
    case = a_case(session)
    assignment.assign(session, case.id, an_act(SAM), to=BEN)

    with pytest.raises(CannotDo, match="/recovery reassign"):
        assignment.assign(session, case.id, an_act(SAM), to=ANA)


def test_reassigning_is_for_the_owner_and_the_supervisors(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act(ANA))

    with pytest.raises(CannotDo, match=f"Only <@{ANA}>"):
        assignment.reassign(session, case.id, an_act(BEN), to=BEN)
    assignment.reassign(session, case.id, an_act(SAM), to=BEN)

    assert find_owner(session, case.id) == BEN


def test_a_case_is_not_given_to_somebody_of_another_team(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="does not work for Deliveries"):
        assignment.assign(session, case.id, an_act(ANA), to=STRANGER)


def test_a_stranger_cannot_claim_and_learns_who_can(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match=f"<@{ANA}>, <@{BEN}>, <@{SAM}>"):
        assignment.claim(session, case.id, an_act(STRANGER))


def test_an_unknown_number_is_refused_with_the_way_to_the_list(session: Session) -> None:
    with pytest.raises(NoSuchCase, match="/recovery list"):
        assignment.claim(session, 999_999_999, an_act())


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_note_needs_words(session: Session, text: str) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="needs words"):
        notes.add_note(session, case.id, an_act(), text=text)


def test_a_message_in_the_thread_is_one_note_however_often_it_comes(session: Session) -> None:
    case = a_case(session)

    first = notes.keep_thread_message(
        session, Thread(case.id), an_act(), written=Written("I called them", "C1:1.2")
    )
    again = notes.keep_thread_message(
        session, Thread(case.id), an_act(), written=Written("I called them", "C1:1.2")
    )

    assert first is not None
    assert again is None
    assert MessagePurpose.LINE not in _purposes(session, case)


def test_compensation_is_kept_within_the_limit_of_the_person(session: Session) -> None:
    case = a_case(session)
    compensation.grant(session, case.id, an_act(ANA), wish=a_wish(euro(30)), reason="late")

    with pytest.raises(CannotDo, match=r"20\.00 EUR is left.*<@U0SAM> or <@U0LEA> can approve it"):
        compensation.grant(session, case.id, an_act(ANA), wish=a_wish(euro(21)), reason="late")
    compensation.grant(session, case.id, an_act(SAM), wish=a_wish(euro(21)), reason="very late")

    assert cards.load_card(session, case.id, a_rulebook()).compensation == (euro("51.00"),)


@pytest.mark.parametrize("amount", ["-1", "0", "1.005", "NaN", "Infinity"])
def test_an_amount_that_is_none_is_refused(session: Session, amount: str) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo):
        compensation.grant(session, case.id, an_act(), wish=a_wish(euro(amount), "refund"), reason="late")


def test_what_was_done_is_refused_where_it_is_longer_than_a_card_shows(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="at most 1000 characters; these are 50000") as refused:
        closing.resolve_case(
            session,
            case.id,
            an_act(),
            outcome=OutcomeKind.RECOVERED,
            theme="delivery",
            what_was_done="x" * 50_000,
        )

    assert refused.value.field == "what_was_done"


def test_a_note_that_is_too_long_is_refused_at_its_words(session: Session) -> None:
    case = a_case(session)

    with pytest.raises(CannotDo, match="at most 3000 characters; this one has 50000") as refused:
        notes.add_note(session, case.id, an_act(), text="x" * 50_000)

    assert refused.value.field == "text"


def test_resolving_keeps_how_it_ended_and_stops_every_clock(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())

    closing.resolve_case(
        session,
        case.id,
        an_act(),
        outcome=OutcomeKind.RECOVERED,
        theme="delivery",
        what_was_done="Sent a new lamp",
    )

    card = cards.load_card(session, case.id, a_rulebook())
    assert card.status is CaseStatus.RESOLVED
    assert card.ending is not None
    assert card.ending.what_was_done == "Sent a new lamp"
    assert all(clock.stopped_at for clock in card.clocks)


def test_a_resolved_case_cannot_be_worked(session: Session) -> None:
    case = a_case(session)
    closing.resolve_case(
        session, case.id, an_act(), outcome=OutcomeKind.RESOLVED, theme="delivery", what_was_done="Called"
    )

    with pytest.raises(CannotDo, match="already resolved"):
        assignment.claim(session, case.id, an_act(BEN))


def test_the_history_tells_everything_in_order(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())
    notes.add_note(session, case.id, an_act(), text="Called the courier")

    kinds = list(
        session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    )

    assert kinds == [CaseEventKind.OPENED, CaseEventKind.CLAIMED, CaseEventKind.NOTED]


def test_what_changes_in_one_transaction_is_one_delivery_of_the_same_transaction(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())

    hand_in(session)

    jobs = session.scalars(
        text("select task_name from procrastinate_jobs where lock = :lock"),
        {"lock": f"case:{case.id}"},
    ).all()
    assert jobs == ["deliver_case"]
