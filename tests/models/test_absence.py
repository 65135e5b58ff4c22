"""Being away: who may say so, for how long, with whom standing in, and who gets the cases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from models.policies.absence import Away, why_not_away, why_not_say_away
from models.policies.assignment import (
    AssignmentRules,
    Strategy,
    Wanted,
    Workload,
    choose_assignee,
    choose_successor,
    why_not_one_more,
)
from models.vocabulary import AgentId, Priority
from tests.builders import ANA, BEN, LEA, SAM, STRANGER, a_rulebook
from tests.clock import MONDAY_MORNING

DAY = timedelta(days=1)
ROUND_ROBIN = AssignmentRules(Strategy.ROUND_ROBIN)
TEAM = (Workload(ANA, is_away=True), Workload(BEN), Workload(SAM, is_member=False))


def at(days: float) -> datetime:
    return MONDAY_MORNING + days * DAY


@pytest.mark.parametrize(
    ("first", "second", "do_overlap"),
    [
        (Away(at(0), at(2)), Away(at(1), at(3)), True),
        (Away(at(0), at(2)), Away(at(2), at(3)), False),
        (Away(at(0)), Away(at(9), at(10)), True),
        (Away(at(0)), Away(at(9)), True),
        (Away(at(5)), Away(at(0), at(4)), False),
        (Away(at(1), at(2)), Away(at(0), at(9)), True),
    ],
)
def test_two_absences_overlap_where_a_moment_lies_in_both(
    first: Away, second: Away, do_overlap: bool
) -> None:
    assert first.overlaps(second) is do_overlap
    assert second.overlaps(first) is do_overlap


@pytest.mark.parametrize(
    ("by", "who", "refusal"),
    [
        (ANA, ANA, None),
        (SAM, ANA, None),
        (LEA, ANA, None),
        (SAM, SAM, None),
        (BEN, ANA, f"Only <@{ANA}>, or who leads their team (<@{SAM}>), can say that"),
        (STRANGER, ANA, f"Only <@{ANA}>"),
        (STRANGER, STRANGER, "You work for no team of rules.yaml"),
        (SAM, STRANGER, f"<@{STRANGER}> works for no team of rules.yaml"),
    ],
)
def test_one_says_it_of_oneself_and_who_leads_the_team_of_others(
    by: AgentId, who: AgentId, refusal: str | None
) -> None:
    found = why_not_say_away(by, who, a_rulebook())

    assert (found is None) is (refusal is None)
    assert (found or "").startswith(refusal or "")


@pytest.mark.parametrize(
    ("away", "refusal"),
    [
        (Away(at(0)), None),
        (Away(at(0), at(1)), None),
        (Away(at(3), at(4), BEN), None),
        (Away(at(0), at(1), SAM), None),
        (Away(at(0), at(0)), "That would be over before it begins."),
        (Away(at(-2), at(-1)), "That would be over before it begins."),
        (Away(at(3), at(2)), "That would be over before it begins."),
        (Away(at(0), at(1), ANA), f"<@{ANA}> cannot stand in for themself."),
        (
            Away(at(0), at(1), STRANGER),
            f"<@{STRANGER}> works for no team of <@{ANA}>. Those who do: <@{BEN}>, <@{SAM}>.",
        ),
    ],
)
def test_an_absence_lies_ahead_and_its_stand_in_is_of_the_team(away: Away, refusal: str | None) -> None:
    found = why_not_away(ANA, away, at(0), a_rulebook())

    assert (found is None) is (refusal is None)
    assert (found or "").startswith(refusal or "")


@pytest.mark.parametrize(
    ("stand_in", "rules", "people", "chosen"),
    [
        (SAM, ROUND_ROBIN, TEAM, SAM),
        (None, ROUND_ROBIN, TEAM, BEN),
        (STRANGER, ROUND_ROBIN, TEAM, BEN),
        (BEN, AssignmentRules(), TEAM, BEN),
        (None, AssignmentRules(), TEAM, None),
        (BEN, ROUND_ROBIN, (TEAM[0], replace(TEAM[1], is_away=True)), None),
        (
            BEN,
            AssignmentRules(limit_per_person=1),
            (TEAM[0], replace(TEAM[1], held={Priority.LOW: 1})),
            None,
        ),
    ],
)
def test_a_stand_in_who_can_takes_over_and_else_whom_the_strategy_finds(
    stand_in: AgentId | None,
    rules: AssignmentRules,
    people: tuple[Workload, ...],
    chosen: AgentId | None,
) -> None:
    found = choose_successor(stand_in, rules, Wanted(), people)

    assert (found.agent_id if found else None) == chosen


@pytest.mark.parametrize(
    "rules",
    [
        AssignmentRules(Strategy.NAMED_PERSON, person=ANA),
        AssignmentRules(Strategy.LAST_OWNER),
        AssignmentRules(Strategy.BY_SEGMENT, segments={"gold": (ANA,)}),
    ],
)
def test_who_is_away_is_passed_over_by_every_strategy(rules: AssignmentRules) -> None:
    wanted = Wanted(segment="gold", last_owner=ANA)

    assert choose_assignee(rules, wanted, TEAM) is None


def test_who_is_not_to_be_disturbed_is_passed_over_by_strategies_but_can_stand_in() -> None:
    quiet = (Workload(ANA, is_quiet=True), Workload(BEN, is_quiet=True))

    chosen = choose_successor(ANA, ROUND_ROBIN, Wanted(), quiet)

    assert choose_assignee(ROUND_ROBIN, Wanted(), quiet) is None
    assert chosen is not None
    assert chosen.agent_id == ANA


def test_who_is_away_is_given_nothing_and_who_can_take_it_is_named() -> None:
    refusal = why_not_one_more(ANA, TEAM, None)

    assert refusal == (
        f"<@{ANA}> is away. Room for more: <@{BEN}>. A supervisor may give it to them all the same."
    )


def test_who_is_away_has_no_room_for_others() -> None:
    full = replace(TEAM[1], held={Priority.LOW: 1})

    refusal = why_not_one_more(BEN, (TEAM[0], full), 1)

    assert refusal is not None
    assert "Nobody of the team has room." in refusal
