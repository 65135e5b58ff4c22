"""Cases that a team's strategy gives to people: whom, on what grounds, and what it does to the clocks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import assignment, cards, closing, compensation, imports, intake, notes
from handlers.errors import CannotDo
from handlers.notes import Written
from handlers.owners import find_owner
from handlers.places import Thread
from models.case import Assignment, Case, CaseEvent
from models.policies.assignment import AssignmentRules, Strategy
from models.policies.imports import Opening, Opens
from models.policies.rulebook import Rulebook
from models.policies.rules import Effect
from models.sla import SlaClock
from models.vocabulary import (
    SYSTEM,
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
    a_case,
    a_feedback,
    a_rule,
    a_rulebook,
    a_score,
    a_team,
    a_wish,
    an_act,
    euro,
)
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)


def assigning(strategy: Strategy, **rules: Any) -> Rulebook:
    """Deliveries gives its cases to people."""
    return a_rulebook(teams={"deliveries": a_team(assignment=AssignmentRules(strategy, **rules))})


def owners_of(session: Session, *opened: Case) -> list[str | None]:
    return [find_owner(session, case.id) for case in opened]


def acknowledged_at(session: Session, case: Case) -> Any:
    return session.scalar(
        select(SlaClock.stopped_at).where(SlaClock.case_id == case.id, SlaClock.kind == ClockKind.ACKNOWLEDGE)
    )


def test_a_team_without_a_strategy_leaves_its_cases_to_be_claimed(session: Session) -> None:
    case = a_case(session)

    assert find_owner(session, case.id) is None
    assert case.status is CaseStatus.OPEN


def test_a_case_is_given_to_somebody_as_it_opens_by_the_bot_and_on_grounds(session: Session) -> None:
    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    held = session.scalars(select(Assignment).where(Assignment.case_id == case.id)).one()
    told = session.scalars(select(CaseEvent).where(CaseEvent.kind == CaseEventKind.ASSIGNED)).one()
    assert (held.agent_id, held.assigned_by, held.assigned_at) == (ANA, SYSTEM, MONDAY_MORNING)
    assert told.details == {"to": ANA, "because": "next in turn"}
    assert case.status is CaseStatus.IN_PROGRESS


def test_turns_go_round_also_for_cases_that_open_at_the_same_moment(session: Session) -> None:
    rulebook = assigning(Strategy.ROUND_ROBIN)

    opened = [a_case(session, rulebook=rulebook) for _ in range(5)]

    assert owners_of(session, *opened) == [ANA, BEN, ANA, BEN, ANA]


def test_who_claimed_a_case_had_their_turn(session: Session) -> None:
    claimed = a_case(session)
    assignment.claim(session, claimed.id, an_act(ANA))

    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    assert find_owner(session, case.id) == BEN


def test_turns_in_another_team_do_not_count(session: Session) -> None:
    care = a_team(key="care", channel="#care", assignment=AssignmentRules(Strategy.ROUND_ROBIN))
    rulebook = assigning(Strategy.ROUND_ROBIN)
    rulebook = replace(rulebook, teams={**rulebook.teams, "care": care})
    effect = Effect(CaseKind.COMPLAINT, "care", Priority.HIGH, "normal")
    for_care = replace(rulebook, rules=(a_rule(effect=effect),))
    a_case(session, rulebook=rulebook)

    case = a_case(session, rulebook=for_care)

    assert (case.team, find_owner(session, case.id)) == ("care", ANA)


def test_the_least_loaded_gets_it_and_resolved_cases_weigh_nothing(session: Session) -> None:
    rulebook = assigning(Strategy.LEAST_LOADED)
    first, second = (a_case(session, rulebook=rulebook) for _ in range(2))
    done = OutcomeKind.RECOVERED
    closing.resolve_case(
        session, second.id, an_act(BEN), outcome=done, theme="delivery", what_was_done="Sent a new lamp"
    )

    third = a_case(session, rulebook=rulebook)

    assert owners_of(session, first, second, third) == [ANA, BEN, BEN]


def test_a_customer_comes_back_to_who_had_them_last(session: Session) -> None:
    rulebook = assigning(Strategy.LAST_OWNER, otherwise=Strategy.ROUND_ROBIN)
    known = {"author_handle": "ottilie@example.com"}
    new = a_case(session, rulebook=rulebook, **known)
    assignment.reassign(session, new.id, an_act(SAM), to=BEN)
    a_case(session, rulebook=rulebook)

    again = a_case(session, rulebook=rulebook, **known)

    assert owners_of(session, new, again) == [BEN, BEN]


def test_a_segment_has_its_own_people(session: Session) -> None:
    rulebook = assigning(Strategy.BY_SEGMENT, otherwise=Strategy.ROUND_ROBIN, segments={"gold": (SAM,)})

    gold = a_case(session, rulebook=rulebook, attributes={"segment": "gold"})
    other = a_case(session, rulebook=rulebook)

    assert owners_of(session, gold, other) == [SAM, ANA]


def test_a_rule_gives_its_cases_to_chosen_people_and_else_the_team_does(session: Session) -> None:
    effect = Effect(CaseKind.COMPLAINT, "deliveries", Priority.HIGH, "normal", assign=(SAM, BEN))
    plain = assigning(Strategy.NAMED_PERSON, person=ANA, limit_per_person=1)
    rulebook = replace(plain, rules=(a_rule(effect=effect),))
    opened = [a_case(session, rulebook=rulebook) for _ in range(4)]
    by_hand = replace(rulebook, teams={"deliveries": a_team()})

    without_a_strategy = a_case(session, rulebook=by_hand)

    assert owners_of(session, *opened) == [BEN, SAM, ANA, None]
    assert find_owner(session, without_a_strategy.id) == BEN


def test_a_case_keeps_the_skills_that_its_rule_asks_for(session: Session) -> None:
    rulebook = assigning(Strategy.BY_SKILL, skills={BEN: frozenset({"french"})})
    effect = Effect(CaseKind.COMPLAINT, "deliveries", Priority.HIGH, "normal", frozenset({"french"}))

    case = a_case(session, rulebook=replace(rulebook, rules=(a_rule(effect=effect),)))

    assert (case.needs, find_owner(session, case.id)) == (["french"], BEN)


def test_at_the_limit_nobody_gets_more_and_the_case_waits_for_the_team(session: Session) -> None:
    rulebook = assigning(Strategy.ROUND_ROBIN, limit_per_person=1)

    opened = [a_case(session, rulebook=rulebook) for _ in range(3)]

    assert owners_of(session, *opened) == [ANA, BEN, None]
    assert opened[2].status is CaseStatus.OPEN


def test_an_import_gives_its_cases_to_people_too(session: Session) -> None:
    opening = Opening(Opens.ALL, recent=timedelta(days=7), at_most=9, at=MONDAY_MORNING)
    heard = [imports.Heard(a_feedback(), a_score()) for _ in range(2)]

    imports.take_in(session, heard, assigning(Strategy.ROUND_ROBIN), opening, opened=0)

    held = session.scalars(select(Assignment.agent_id).order_by(Assignment.id)).all()
    assert held == [ANA, BEN]


def test_a_case_that_a_person_opens_waits_for_the_team(session: Session) -> None:
    effect = Effect(CaseKind.COMPLAINT, "deliveries", Priority.HIGH, "normal")
    act = an_act(ANA, rulebook=assigning(Strategy.ROUND_ROBIN))

    case = intake.open_by_hand(session, a_feedback(), a_score(), act, effect=effect)

    assert find_owner(session, case.id) is None


def test_who_is_given_a_case_has_not_acknowledged_it(session: Session) -> None:
    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    assert acknowledged_at(session, case) is None
    assert not cards.load_card(session, case.id, a_rulebook()).is_claimed


def test_who_is_given_a_case_acknowledges_it_by_claiming_it_once(session: Session) -> None:
    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    assignment.claim(session, case.id, an_act(ANA, at=MONDAY_MORNING + MINUTE))

    assert acknowledged_at(session, case) == MONDAY_MORNING + MINUTE
    assert cards.load_card(session, case.id, a_rulebook()).is_claimed
    with pytest.raises(CannotDo, match="already yours"):
        assignment.claim(session, case.id, an_act(ANA))


def test_a_case_that_somebody_else_was_given_cannot_be_claimed(session: Session) -> None:
    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    with pytest.raises(CannotDo, match=f"already with <@{ANA}>"):
        assignment.claim(session, case.id, an_act(BEN))

    assert acknowledged_at(session, case) is None


def test_who_has_a_case_acknowledges_it_by_working_on_it(session: Session) -> None:
    noted, answered, given = (
        a_case(session, rulebook=assigning(Strategy.NAMED_PERSON, person=ANA)) for _ in "123"
    )

    notes.add_note(session, noted.id, an_act(), text="I called her")
    notes.keep_thread_message(
        session, Thread(answered.id), an_act(), written=Written("I called him", "C1:1.2")
    )
    compensation.grant(session, given.id, an_act(), wish=a_wish(euro(5)), reason="late")

    assert [acknowledged_at(session, case) for case in (noted, answered, given)] == [MONDAY_MORNING] * 3


def test_what_others_do_to_a_case_does_not_acknowledge_it(session: Session) -> None:
    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    notes.add_note(session, case.id, an_act(BEN), text="I know her")

    assert acknowledged_at(session, case) is None


def test_a_case_that_a_person_hands_over_is_acknowledged(session: Session) -> None:
    case = a_case(session, rulebook=assigning(Strategy.ROUND_ROBIN))

    assignment.reassign(session, case.id, an_act(SAM), to=BEN)

    assert acknowledged_at(session, case) == MONDAY_MORNING


def test_an_agent_cannot_go_over_the_limit_of_another_and_hears_who_has_room(session: Session) -> None:
    rulebook = assigning(Strategy.NONE, limit_per_person=1)
    first, second = a_case(session), a_case(session)
    assignment.claim(session, first.id, an_act(BEN))

    with pytest.raises(CannotDo, match=f"<@{BEN}> has 1 open cases.*Room for more: <@{ANA}>"):
        assignment.assign(session, second.id, an_act(ANA, rulebook=rulebook), to=BEN)


def test_an_agent_cannot_move_a_case_to_who_is_at_the_limit(session: Session) -> None:
    rulebook = assigning(Strategy.NONE, limit_per_person=1)
    first, second = a_case(session), a_case(session)
    assignment.claim(session, first.id, an_act(BEN))
    assignment.claim(session, second.id, an_act(ANA))

    with pytest.raises(CannotDo, match="Nobody of the team has room"):
        assignment.reassign(session, second.id, an_act(ANA, rulebook=rulebook), to=BEN)


def test_a_supervisor_may_go_over_the_limit(session: Session) -> None:
    rulebook = assigning(Strategy.NONE, limit_per_person=1)
    first, second = a_case(session), a_case(session)
    assignment.claim(session, first.id, an_act(BEN))

    assignment.assign(session, second.id, an_act(SAM, rulebook=rulebook), to=BEN)

    assert owners_of(session, first, second) == [BEN, BEN]


def test_taking_more_oneself_is_no_matter_of_the_limit(session: Session) -> None:
    rulebook = assigning(Strategy.NONE, limit_per_person=1)
    first, second, third = (a_case(session) for _ in range(3))

    assignment.claim(session, first.id, an_act(BEN, rulebook=rulebook))
    assignment.claim(session, second.id, an_act(BEN, rulebook=rulebook))
    assignment.assign(session, third.id, an_act(BEN, rulebook=rulebook), to=BEN)

    assert owners_of(session, first, second, third) == [BEN, BEN, BEN]
