"""Merging: one case goes on for two, what the merge stopped starts again with its undoing, and no more."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import (
    assignment,
    audit,
    cards,
    closing,
    compensation,
    contact,
    duplicates,
    intake,
    merging,
    pauses,
    reopening,
    sla,
    snapshots,
    sweep,
    threads,
    waiting,
)
from handlers.errors import CannotDo, NoSuchCase, NotAllowed
from handlers.owners import find_owner
from handlers.pause_report import load_pausing
from handlers.stats import Scope, load_stats
from handlers.storing import store_feedback
from models.case import Case, CaseEvent, Outcome
from models.merge import Merge
from models.notice import Notice
from models.policies.periods import Period
from models.policies.sla_clock import Clock
from models.sla import Escalation
from models.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseStatus,
    ClockKind,
    ContactBy,
    EscalationEnd,
    FindingKind,
    OutcomeKind,
    PauseReason,
    SlaStatus,
)
from tests.builders import (
    ANA,
    BEN,
    SAM,
    STRANGER,
    a_case,
    a_feedback,
    a_promise,
    a_rulebook,
    a_score,
    a_team,
    a_wish,
    an_act,
    euro,
)
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
ACKNOWLEDGE, CONTACT, UPDATE, RESOLVE = ClockKind
LENGTHS = {ACKNOWLEDGE: 10 * MINUTE, CONTACT: 15 * MINUTE, UPDATE: 60 * MINUTE, RESOLVE: 120 * MINUTE}
RULES = a_rulebook(promises={"normal": a_promise(lengths=LENGTHS)})
ALL = Period("all", MONDAY_MORNING - MINUTE, MONDAY_MORNING + 6000 * MINUTE)


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


def merge(session: Session, case: Case, into: Case, minutes: float) -> None:
    merging.merge(session, case.id, an_act(at=after(minutes), rulebook=RULES), into=into.id)


def unmerge(session: Session, case: Case, minutes: float) -> None:
    merging.unmerge(session, case.id, an_act(BEN, at=after(minutes), rulebook=RULES))


def clocks_of(session: Session, case: Case) -> dict[ClockKind, Clock]:
    return {clock.kind: clock for clock in sla.load_clocks(session, [case.id])[case.id]}


def events_of(session: Session, case: Case) -> list[CaseEventKind]:
    return list(session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)))


@pytest.fixture
def case(session: Session) -> Case:
    """Ana took it after five minutes; it is to be contacted within fifteen."""
    case = a_case(session, rulebook=RULES, author_name="Ada")
    assignment.claim(session, case.id, an_act(at=after(5)))
    return case


@pytest.fixture
def other(session: Session) -> Case:
    """A case that nobody has."""
    return a_case(session, rulebook=RULES)


# One goes on for both


def test_a_merged_case_is_over_and_nothing_is_promised_in_it_any_more(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 10)

    outcome = session.get_one(Outcome, case.id)
    assert (case.status, case.resolved_at, other.status) == (
        CaseStatus.RESOLVED,
        after(10),
        CaseStatus.OPEN,
    )
    assert (outcome.kind, outcome.what_was_done) == (OutcomeKind.DUPLICATE, f"Merged into #{other.id}")
    assert set(clocks_of(session, case)) == {ACKNOWLEDGE}
    assert set(clocks_of(session, other)) == set(LENGTHS)
    assert find_owner(session, case.id) == ANA


def test_both_cards_and_both_histories_tell_of_the_other(session: Session, case: Case, other: Case) -> None:
    merge(session, case, other, 10)

    merged = cards.load_card(session, case.id, RULES)
    goes_on = cards.load_card(session, other.id, RULES)

    assert merged.merged == snapshots.MergedInto(other.id, ANA, after(10))
    assert [(each.number, each.customer) for each in goes_on.taken_in] == [(case.id, "Ada")]
    assert (merged.others, goes_on.others) == ([other.id], [case.id])
    assert events_of(session, case)[-1] is CaseEventKind.MERGED
    assert events_of(session, other)[-1] is CaseEventKind.TOOK_IN
    assert {line.number for line in threads.load_history(session, other.id)} == {case.id, other.id}


def test_a_promise_that_was_broken_before_stays_broken_and_the_rest_counts_once(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 30)

    figures = load_stats(session, ALL, Scope(), after(31))

    assert clocks_of(session, case)[CONTACT].status(after(30)) is SlaStatus.MISSED
    assert {each.kind: (each.kept, each.decided) for each in figures.attainment} == {
        ACKNOWLEDGE: (1, 2),
        CONTACT: (0, 2),
        UPDATE: (0, 0),
        RESOLVE: (0, 0),
    }


def test_merged_cases_count_as_one_and_a_duplicate(session: Session, case: Case, other: Case) -> None:
    merge(session, case, other, 10)

    figures = load_stats(session, ALL, Scope(), after(11))

    assert (figures.opened[CaseKind.COMPLAINT], figures.duplicates) == (1, 1)
    assert (figures.resolved, figures.open_now, figures.first_contacts.cases) == (0, 1, 1)


def test_an_escalation_ends_with_the_merge(session: Session, case: Case, other: Case) -> None:
    sweep.sweep(session, RULES, after(16))
    merge(session, case, other, 20)

    (escalation,) = session.scalars(select(Escalation).where(Escalation.case_id == case.id))

    assert (escalation.ended_at, escalation.ended_because) == (after(20), EscalationEnd.MERGED)


def test_what_was_given_counts_for_the_limit_of_the_case_that_goes_on(
    session: Session, case: Case, other: Case
) -> None:
    compensation.grant(session, case.id, an_act(at=after(6)), wish=a_wish(euro(40)), reason="late")
    merge(session, case, other, 10)

    with pytest.raises(CannotDo, match=r"10\.00 EUR"):
        compensation.grant(session, other.id, an_act(at=after(11)), wish=a_wish(euro(20)), reason="late")

    assert compensation.list_given(session, case.id) == [euro("40.00")]
    assert cards.load_card(session, other.id, RULES).taken_in[0].given == (euro("40.00"),)


def test_who_has_either_case_is_told_but_not_who_merged_them(
    session: Session, case: Case, other: Case
) -> None:
    assignment.claim(session, other.id, an_act(BEN, at=after(6)))
    merge(session, case, other, 10)

    assert list(session.scalars(select(Notice.agent_id))) == [BEN]


def test_an_answer_of_the_merged_cases_customer_resumes_the_case_that_goes_on(
    session: Session, other: Case
) -> None:
    case = a_case(session, rulebook=RULES, author_handle="ada@example.com")
    assignment.claim(session, other.id, an_act(at=after(5)))
    merge(session, case, other, 10)
    waiting.pause(session, other.id, an_act(at=after(11)), reason=PauseReason.CUSTOMER, why="The receipt")

    feedback = a_feedback("Here it is", author_handle="ada@example.com")
    feedback_id = store_feedback(session, feedback, after(20), is_imported=False)
    assert feedback_id is not None
    intake.hear_all(session, {feedback_id: a_score(0.0)}, RULES, at=after(20))

    assert waiting.find_paused(session, other.id) is None


# What is refused


def test_what_cannot_be_merged_is_refused_with_what_would_be_right(
    session: Session, case: Case, other: Case
) -> None:
    third = a_case(session)
    merge(session, case, other, 10)

    with pytest.raises(CannotDo, match=f"was merged into #{other.id}, which goes on. Merge into that one"):
        merge(session, third, case, 11)
    with pytest.raises(CannotDo, match=f"#{case.id} was merged into #{other.id}, which goes on"):
        merge(session, case, third, 11)
    with pytest.raises(CannotDo, match=f"goes on for #{case.id}. Merge the other way round"):
        merge(session, other, third, 11)
    with pytest.raises(CannotDo, match="cannot be merged into itself"):
        merge(session, third, third, 11)
    with pytest.raises(NoSuchCase):
        merging.merge(session, third.id, an_act(), into=10**9)


def test_nothing_is_merged_into_a_case_that_is_over(session: Session, case: Case, other: Case) -> None:
    closing.resolve_case(
        session, other.id, an_act(), outcome=OutcomeKind.RECOVERED, theme="delivery", what_was_done="Sent it"
    )

    with pytest.raises(CannotDo, match=f"#{other.id} is already resolved, so nothing goes on there"):
        merge(session, case, other, 10)


def test_a_merged_case_is_not_worked_on_and_says_where_it_goes_on(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 10)

    with pytest.raises(CannotDo, match=f"was merged into #{other.id}, which goes on. `/recovery unmerge"):
        contact.contacted(session, case.id, an_act(), channel=ContactBy.PHONE, words="Sorry")
    with pytest.raises(CannotDo, match=f"was merged into #{other.id}"):
        reopening.reopen(session, case.id, an_act(), why="It broke")


def test_only_who_may_work_both_cases_merges_them(session: Session, other: Case) -> None:
    billing = a_team(key="billing", name="Billing", channel="#billing", members=(BEN,), supervisors=())
    rules = a_rulebook(teams={"deliveries": a_team(), "billing": billing})
    case = a_case(session, rulebook=rules)
    case.team = "billing"

    with pytest.raises(NotAllowed, match="Only people of Billing"):
        merging.merge(session, other.id, an_act(ANA, rulebook=rules), into=case.id)

    assert session.scalars(select(Merge)).all() == []


def test_a_case_that_is_not_merged_is_not_unmerged(session: Session, case: Case) -> None:
    with pytest.raises(CannotDo, match="is not merged into another"):
        unmerge(session, case, 5)
    with pytest.raises(NotAllowed):
        merging.unmerge(session, case.id, an_act(STRANGER))


# Undone


def test_undoing_starts_what_the_merge_stopped_and_the_time_between_does_not_count(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 10)
    unmerge(session, case, 110)

    clocks = clocks_of(session, case)

    assert (case.status, case.resolved_at) == (CaseStatus.IN_PROGRESS, None)
    assert session.get(Outcome, case.id) is None
    assert {kind: clock.due_at for kind, clock in clocks.items() if clock.stopped_at is None} == {
        CONTACT: after(115),
        UPDATE: after(160),
        RESOLVE: after(220),
    }
    assert clocks[ACKNOWLEDGE].stopped_at == after(5)


def test_undoing_leaves_stopped_what_was_stopped_before(session: Session, case: Case, other: Case) -> None:
    contact.contacted(session, case.id, an_act(at=after(8)), channel=ContactBy.PHONE, words="Sorry")
    merge(session, case, other, 10)
    unmerge(session, case, 110)

    clocks = clocks_of(session, case)

    assert clocks[CONTACT].stopped_at == after(8)
    assert clocks[UPDATE].due_at == after(8 + 60 + 100)


def test_an_owner_who_merges_has_acknowledged_and_that_is_not_undone(session: Session, other: Case) -> None:
    case = a_case(session, rulebook=RULES)
    assignment.inherit(session, case, ANA, an_act())
    merge(session, case, other, 4)
    unmerge(session, case, 50)

    assert clocks_of(session, case)[ACKNOWLEDGE].stopped_at == after(4)


def test_a_case_that_nobody_had_is_to_be_acknowledged_in_what_was_left(session: Session, other: Case) -> None:
    case = a_case(session, rulebook=RULES)
    merge(session, case, other, 4)
    unmerge(session, case, 50)

    assert case.status is CaseStatus.OPEN
    assert clocks_of(session, case)[ACKNOWLEDGE].due_at == after(56)


def test_who_left_the_team_meanwhile_does_not_have_it_again(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 10)
    rules = a_rulebook(promises=RULES.promises, teams={"deliveries": a_team(members=(BEN,))})

    merging.unmerge(session, case.id, an_act(BEN, at=after(50), rulebook=rules))

    assert (find_owner(session, case.id), case.status) == (None, CaseStatus.OPEN)
    assert clocks_of(session, case)[ACKNOWLEDGE].due_at == after(60)


def test_a_pause_ends_with_the_merge_and_does_not_come_back(
    session: Session, case: Case, other: Case
) -> None:
    waiting.pause(session, case.id, an_act(at=after(6)), reason=PauseReason.CUSTOMER, why="The receipt")
    merge(session, case, other, 10)
    unmerge(session, case, 110)

    assert waiting.find_paused(session, case.id) is None
    assert clocks_of(session, case)[RESOLVE].due_at == after(120 + 4 + 100)
    assert [row.reason for row in pauses.load_pauses(session, case.id)] == [
        PauseReason.CUSTOMER,
        PauseReason.MERGED,
    ]


def test_the_time_for_which_it_was_merged_is_nobodys_pause(session: Session, case: Case, other: Case) -> None:
    merge(session, case, other, 10)
    unmerge(session, case, 110)

    assert load_pausing(session, ALL, teams=None, by=None, at=after(120)).times == 0


def test_both_cases_go_on_and_can_be_merged_the_other_way_round(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 10)
    unmerge(session, case, 20)
    merge(session, other, case, 30)

    assert cards.load_card(session, case.id, RULES).others == [other.id]
    assert events_of(session, other)[-2:] == [CaseEventKind.UNMERGED, CaseEventKind.MERGED]


def test_nothing_is_told_while_it_is_merged_and_the_auditor_finds_nothing_amiss(
    session: Session, case: Case, other: Case
) -> None:
    merge(session, case, other, 10)
    for minutes in range(10, 200, 5):
        sweep.sweep(session, RULES, after(minutes))
    told_while_merged = events_of(session, case)[-1]
    unmerge(session, case, 200)
    for minutes in range(200, 400, 5):
        sweep.sweep(session, RULES, after(minutes))

    seen = audit.look_at_books(session, after(400), tick_names=())

    assert told_while_merged is CaseEventKind.MERGED
    assert events_of(session, case).count(CaseEventKind.ESCALATED) > 0
    assert seen[FindingKind.UNSWEPT_CLOCK].count == seen[FindingKind.MISSED_THRESHOLD].count == 0


# Proposed


def test_open_cases_that_look_the_same_are_proposed_with_why(session: Session) -> None:
    case = a_case(session, text="Where is HP-1042? Nobody answers me.", author_handle="ada@example.com")
    again = a_case(session, text="Still no answer about HP-1042!", author_handle="ada@example.com")
    by_phone = a_case(session, text="Lamp hums", attributes={"order": "hp-1042"})
    a_case(session, text="Something else entirely")
    over = a_case(session, text="HP-1042, please", author_handle="ada@example.com")
    closing.resolve_case(
        session, over.id, an_act(), outcome=OutcomeKind.RECOVERED, theme="delivery", what_was_done="Sent it"
    )

    found = duplicates.propose(session, case.id, an_act())

    assert [(each.number, each.because) for each in found] == [
        (again.id, ("same order HP-1042", "same customer")),
        (by_phone.id, ("same order HP-1042",)),
    ]


def test_cases_of_teams_that_one_does_not_work_for_are_not_proposed(session: Session) -> None:
    case = a_case(session, author_handle="ada@example.com")
    again = a_case(session, author_handle="ada@example.com")
    rules = a_rulebook(teams={"deliveries": a_team(), "billing": a_team(key="billing", members=(BEN,))})
    again.team = "billing"

    assert duplicates.propose(session, case.id, an_act(BEN, rulebook=rules)) != []
    assert duplicates.propose(session, case.id, an_act(ANA, rulebook=rules)) == []
    assert duplicates.propose(session, case.id, an_act(SAM, rulebook=rules)) != []


def test_who_names_no_other_case_is_told_what_is_likely(session: Session) -> None:
    case = a_case(session, author_handle="ada@example.com")
    again = a_case(session, author_handle="ada@example.com")

    with pytest.raises(CannotDo, match=rf"Likely the same: #{again.id} \(same customer, 100% of the words"):
        merging.merge(session, case.id, an_act(), into=None)
