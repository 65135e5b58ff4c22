"""The auditor: what should have happened and did not is found, and told once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from handlers import assignment, audit, climbing, involving, messages, notices, sla, ticks, waiting
from handlers.sweep import sweep
from handlers.ticks import Run
from models.audit import AuditFinding
from models.case import CaseEvent
from models.message import Message, MessagePurpose
from models.policies.audit import UNPOSTED_AFTER, UNSWEPT_AFTER, Seen
from models.policies.ladders import LAST_WAIT
from models.vocabulary import FindingKind
from tests.builders import ANA, a_case, a_rulebook, a_team, an_act
from tests.clock import MONDAY_MORNING

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
TICK = "sla sweep"
ALL_WELL = dict.fromkeys(FindingKind, Seen())


def found(session: Session, after: timedelta) -> dict[FindingKind, Seen]:
    """What a look at the books finds, so long after Monday morning."""
    session.flush()
    seen = audit.look_at_books(session, MONDAY_MORNING + after, tick_names={TICK})
    return {kind: each for kind, each in seen.items() if each.count}


def posted(session: Session) -> None:
    """Everything that was promised hangs in Slack."""
    session.flush()
    session.execute(text("update messages set ts = '1.1', posted_channel = 'C1'"))


def swept(session: Session, after: timedelta) -> None:
    """The clocks were looked at then."""
    session.flush()
    sweep(session, a_rulebook(), MONDAY_MORNING + after)
    posted(session)


def told(session: Session) -> list[Any]:
    """What the admins are owed."""
    session.flush()
    admin = select(Message).where(Message.purpose == MessagePurpose.ADMIN).order_by(Message.id)
    return [message.body["text"] for message in session.scalars(admin) if message.body]


def test_where_all_is_well_nothing_is_found(session: Session) -> None:
    a_case(session)
    swept(session, 5 * MINUTE)
    swept(session, 9 * MINUTE)

    assert found(session, 9 * MINUTE + SECOND) == {}


def test_a_clock_that_nobody_sweeps_is_found(session: Session) -> None:
    case = a_case(session)
    posted(session)

    early = found(session, 5 * MINUTE)
    late = found(session, 5 * MINUTE + UNSWEPT_AFTER + SECOND)

    assert early == {}
    assert late[FindingKind.UNSWEPT_CLOCK] == Seen(1, (f"case #{case.id}",))


def test_a_step_of_a_ladder_that_nobody_takes_is_found(session: Session) -> None:
    case = a_case(session)
    sla.stop_clocks(session, case, MONDAY_MORNING)
    climbing.escalate(session, case.id, an_act(), reason="The customer calls the press")
    posted(session)

    early = found(session, LAST_WAIT + MINUTE)
    late = found(session, LAST_WAIT + UNSWEPT_AFTER + SECOND)

    assert early == {}
    assert late == {FindingKind.UNSWEPT_CLOCK: Seen(1, (f"case #{case.id}",))}


def test_a_reminder_that_waits_longer_than_its_team_is_found(session: Session) -> None:
    case = a_case(session)
    swept(session, 5 * MINUTE)
    sla.stop_clocks(session, case, MONDAY_MORNING + 6 * MINUTE)

    session.execute(text("update sla_pings set waits_until = :at"), {"at": MONDAY_MORNING})

    assert found(session, 7 * MINUTE) == {FindingKind.UNSWEPT_CLOCK: Seen(1, (f"case #{case.id}",))}


def test_a_snooze_from_which_nobody_woke_the_case_is_found(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())
    until = MONDAY_MORNING + 10 * MINUTE
    waiting.snooze(session, case.id, an_act(), until=until, why="They are back then")
    session.execute(text("update sla_clocks set next_mark_at = :far"), {"far": until + timedelta(days=1)})
    posted(session)

    early = found(session, 10 * MINUTE + UNSWEPT_AFTER)
    late = found(session, 10 * MINUTE + UNSWEPT_AFTER + SECOND)

    assert early == {}
    assert late == {FindingKind.UNSWEPT_CLOCK: Seen(1, (f"case #{case.id}",))}


def test_a_clock_that_nobody_would_ever_look_at_is_found(session: Session) -> None:
    case = a_case(session)
    posted(session)

    session.execute(text("update sla_clocks set next_mark_at = null where kind = 'resolve'"))

    assert found(session, MINUTE) == {FindingKind.UNSWEPT_CLOCK: Seen(1, (f"case #{case.id}",))}


def test_a_threshold_whose_row_is_gone_is_found(session: Session) -> None:
    case = a_case(session)
    swept(session, 5 * MINUTE)

    session.execute(text("delete from sla_pings"))

    missed = found(session, 8 * MINUTE)
    assert missed == {FindingKind.MISSED_THRESHOLD: Seen(1, (f"50% of case #{case.id}",))}


def test_a_clock_that_would_be_looked_at_too_late_is_found(session: Session) -> None:
    case = a_case(session)
    posted(session)

    session.execute(
        text("update sla_clocks set next_mark_at = :at where kind = 'acknowledge'"),
        {"at": MONDAY_MORNING + 30 * MINUTE},
    )

    names = (f"50% of case #{case.id}", f"90% of case #{case.id}", f"breach of case #{case.id}")
    assert found(session, 13 * MINUTE) == {FindingKind.MISSED_THRESHOLD: Seen(3, names)}


def test_what_was_promised_and_is_not_there_is_found(session: Session) -> None:
    case = a_case(session)

    early = found(session, UNPOSTED_AFTER)
    late = found(session, UNPOSTED_AFTER + SECOND)

    assert early == {}
    assert late == {FindingKind.UNPOSTED_MESSAGE: Seen(1, (f"case #{case.id}",))}


def test_what_slack_refuses_is_known_already(session: Session) -> None:
    case = a_case(session)
    session.flush()
    card = messages.find_card(session, case.id)
    assert card is not None

    messages.book_failed(card, error="is_archived", at=MONDAY_MORNING)

    assert found(session, UNPOSTED_AFTER + SECOND) == {}


def test_what_slack_refused_and_is_tried_again_is_known_already(session: Session) -> None:
    case = a_case(session)
    session.flush()
    card = messages.find_card(session, case.id)
    assert card is not None
    messages.book_failed(card, error="is_archived", at=MONDAY_MORNING)

    messages.retry_failed(session, MONDAY_MORNING + UNPOSTED_AFTER)

    assert found(session, UNPOSTED_AFTER + SECOND) == {}


def test_a_thread_that_waits_for_a_refused_card_is_known_with_it(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())
    session.flush()
    card = messages.find_card(session, case.id)
    assert card is not None

    before = found(session, UNPOSTED_AFTER + SECOND)
    messages.book_failed(card, error="is_archived", at=MONDAY_MORNING)

    assert before == {FindingKind.UNPOSTED_MESSAGE: Seen(2, (f"case #{case.id}",))}
    assert found(session, UNPOSTED_AFTER + SECOND) == {}


def test_a_thread_of_another_team_waits_for_the_card_of_its_own_part(session: Session) -> None:
    teams = {"deliveries": a_team(), "billing": a_team(key="billing", name="Billing")}
    act = an_act(rulebook=a_rulebook(teams=teams))
    case = a_case(session, rulebook=act.rulebook)
    involving.involve(session, case.id, act, team="billing", asked_for="Please check the invoice")
    posted(session)
    (card,) = messages.list_part_cards(session, case.id)
    messages.book_lost(card)
    messages.book_failed(card, error="is_archived", at=MONDAY_MORNING)

    assignment.claim(session, case.id, act)

    unposted = Seen(
        1, (f"case #{case.id}",)
    )  # the line in its own thread; the other waits for the refused card
    assert found(session, UNPOSTED_AFTER + SECOND) == {FindingKind.UNPOSTED_MESSAGE: unposted}


def test_words_owed_to_a_person_that_nobody_bundles_are_found(session: Session) -> None:
    case = a_case(session)
    assignment.claim(session, case.id, an_act())
    posted(session)
    event = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).first()
    assert event is not None

    notices.owe(session, ANA, event)

    early, late = found(session, UNPOSTED_AFTER), found(session, UNPOSTED_AFTER + SECOND)
    assert early == {}
    assert late == {FindingKind.UNPOSTED_MESSAGE: Seen(1, (f"case #{case.id}",))}


@pytest.mark.parametrize(("name", "expected"), [(TICK, Seen(1, (TICK,))), ("x mentions", None)])
def test_of_ticks_only_those_that_are_to_run_are_missed(
    session: Session, name: str, expected: Seen | None
) -> None:
    ticks.leave_trace(session, Run(name, SECOND, MONDAY_MORNING, took=SECOND))

    assert found(session, timedelta(hours=1)).get(FindingKind.SILENT_TICK) == expected


def test_the_admins_are_told_of_all_that_is_new_in_one_message(session: Session) -> None:
    seen = ALL_WELL | {FindingKind.LATE_JOB: Seen(7), FindingKind.FAILED_JOB: Seen(1, ("hear",))}

    audit.book(session, seen, a_rulebook(), MONDAY_MORNING)

    assert told(session) == [
        "⚠️ Jobs that are not done in time: 7\n⚠️ Jobs that were given up after several tries: 1 (hear)"
    ]


def test_they_are_told_once_and_once_when_it_is_well_again(session: Session) -> None:
    for number, count in enumerate((0, 3, 4, 0, 0)):
        seen = ALL_WELL | {FindingKind.LATE_JOB: Seen(count)}
        audit.book(session, seen, a_rulebook(), MONDAY_MORNING + number * MINUTE)

    assert told(session) == ["⚠️ Jobs that are not done in time: 3", "✅ Jobs are done in time again"]


def test_what_was_found_is_kept_with_its_beginning(session: Session) -> None:
    seen = ALL_WELL | {FindingKind.LATE_JOB: Seen(2)}

    audit.book(session, seen, a_rulebook(), MONDAY_MORNING)
    audit.book(session, seen, a_rulebook(), MONDAY_MORNING + MINUTE)

    late = session.get_one(AuditFinding, FindingKind.LATE_JOB)
    well = session.get_one(AuditFinding, FindingKind.FAILED_JOB)
    assert (late.count, late.since, late.looked_at) == (2, MONDAY_MORNING, MONDAY_MORNING + MINUTE)
    assert (well.count, well.since) == (0, None)
