"""Who gets a case: each strategy, whom it passes over, and how ties end."""

from dataclasses import replace

import pytest

from models.policies.assignment import (
    AssignmentRules,
    Strategy,
    Wanted,
    Workload,
    choose_assignee,
    why_not_one_more,
)
from models.vocabulary import AgentId, Priority

ANA, BEN, CAT, SAM = (AgentId(person) for person in ("U0ANA", "U0BEN", "U0CAT", "U0SAM"))
LOW, NORMAL, HIGH, URGENT = Priority

IDLE = (Workload(ANA), Workload(BEN), Workload(CAT), Workload(SAM, is_member=False))
"""The team in the order of its file; Sam leads it."""


def busy(**held: dict[Priority, int]) -> tuple[Workload, ...]:
    """The same team with so much on their hands, by the names in small letters."""
    return tuple(replace(each, held=held.get(each.agent_id[2:].lower(), {})) for each in IDLE)


def after_turns(**turns: int) -> tuple[Workload, ...]:
    """The same team, each last given a case at this turn."""
    return tuple(replace(each, last_turn=turns.get(each.agent_id[2:].lower())) for each in IDLE)


ROUND_ROBIN = AssignmentRules(Strategy.ROUND_ROBIN)
LEAST_LOADED = AssignmentRules(Strategy.LEAST_LOADED)
SKILLED = AssignmentRules(
    Strategy.BY_SKILL,
    skills={ANA: frozenset({"returns"}), BEN: frozenset({"french", "returns"}), CAT: frozenset({"french"})},
)
SEGMENTS = AssignmentRules(
    Strategy.BY_SEGMENT, Strategy.ROUND_ROBIN, segments={"gold": (BEN, SAM), "trade": (CAT,)}
)
KNOWN = AssignmentRules(Strategy.LAST_OWNER, Strategy.LEAST_LOADED)
FRENCH = Wanted(needs=frozenset({"french"}))
FRENCH_RETURNS = Wanted(needs=frozenset({"french", "returns"}))

CHOICES = [
    (AssignmentRules(), Wanted(), IDLE, None),
    (AssignmentRules(Strategy.NAMED_PERSON, person=SAM), Wanted(), IDLE, SAM),
    (ROUND_ROBIN, Wanted(), IDLE, ANA),
    (ROUND_ROBIN, Wanted(), after_turns(ana=4), BEN),
    (ROUND_ROBIN, Wanted(), after_turns(ana=4, ben=5), CAT),
    (ROUND_ROBIN, Wanted(), after_turns(ana=4, ben=5, cat=3), CAT),
    (ROUND_ROBIN, Wanted(), after_turns(ana=4, ben=5, cat=6), ANA),
    (LEAST_LOADED, Wanted(), busy(ana={NORMAL: 1}), BEN),
    (LEAST_LOADED, Wanted(), busy(ana={URGENT: 1}, ben={LOW: 4}, cat={HIGH: 2}), BEN),
    (LEAST_LOADED, Wanted(), busy(ana={URGENT: 1}, ben={LOW: 6}, cat={HIGH: 2}), ANA),
    (LEAST_LOADED, Wanted(), after_turns(ana=4, ben=5, cat=3), CAT),
    (LEAST_LOADED, Wanted(), busy(), ANA),
    (SKILLED, Wanted(), IDLE, ANA),
    (SKILLED, FRENCH, IDLE, BEN),
    (SKILLED, FRENCH, busy(ben={LOW: 1}), CAT),
    (SKILLED, FRENCH_RETURNS, busy(ben={URGENT: 9}), BEN),
    (SKILLED, Wanted(needs=frozenset({"law"})), IDLE, None),
    (SEGMENTS, Wanted(segment="gold"), IDLE, BEN),
    (SEGMENTS, Wanted(segment="gold"), busy(ben={LOW: 1}), SAM),
    (SEGMENTS, Wanted(segment="bronze"), after_turns(ana=1), BEN),
    (SEGMENTS, Wanted(), after_turns(ana=1), BEN),
    (KNOWN, Wanted(last_owner=CAT), busy(cat={URGENT: 3}), CAT),
    (KNOWN, Wanted(last_owner=SAM), IDLE, SAM),
    (KNOWN, Wanted(last_owner=AgentId("U0GONE")), busy(ana={LOW: 1}), BEN),
    (KNOWN, Wanted(), busy(ana={LOW: 1}), BEN),
]


@pytest.mark.parametrize(("rules", "wanted", "people", "chosen"), CHOICES)
def test_a_strategy_chooses_one_of_the_team(
    rules: AssignmentRules, wanted: Wanted, people: tuple[Workload, ...], chosen: AgentId | None
) -> None:
    found = choose_assignee(rules, wanted, people)

    assert (found.agent_id if found else None) == chosen


LIMITED = [
    (replace(ROUND_ROBIN, limit_per_person=2), Wanted(), busy(ana={LOW: 2}), BEN),
    (
        replace(LEAST_LOADED, limit_per_person=2),
        Wanted(),
        busy(ana={LOW: 2}, ben={HIGH: 1}, cat={LOW: 2}),
        BEN,
    ),
    (replace(SKILLED, limit_per_person=1), FRENCH_RETURNS, busy(ben={LOW: 1}), None),
    (replace(SEGMENTS, limit_per_person=1), Wanted(segment="trade"), busy(cat={LOW: 1}), ANA),
    (replace(KNOWN, limit_per_person=1), Wanted(last_owner=CAT), busy(cat={LOW: 1}), ANA),
    (
        replace(ROUND_ROBIN, limit_per_person=1),
        Wanted(),
        busy(ana={LOW: 1}, ben={LOW: 1}, cat={LOW: 1}),
        None,
    ),
]


@pytest.mark.parametrize(("rules", "wanted", "people", "chosen"), LIMITED)
def test_who_is_at_the_limit_is_passed_over(
    rules: AssignmentRules, wanted: Wanted, people: tuple[Workload, ...], chosen: AgentId | None
) -> None:
    found = choose_assignee(rules, wanted, people)

    assert (found.agent_id if found else None) == chosen


@pytest.mark.parametrize(
    ("rules", "wanted", "because"),
    [
        (ROUND_ROBIN, Wanted(), "next in turn"),
        (LEAST_LOADED, Wanted(), "has the least on their hands"),
        (SKILLED, Wanted(), "has the least on their hands"),
        (SKILLED, FRENCH_RETURNS, "knows french, returns"),
        (SEGMENTS, Wanted(segment="gold"), "looks after gold"),
        (SEGMENTS, Wanted(), "next in turn"),
        (KNOWN, Wanted(last_owner=BEN), "had this customer last"),
        (AssignmentRules(Strategy.NAMED_PERSON, person=ANA), Wanted(), "named for all cases of the team"),
    ],
)
def test_the_choice_says_on_what_grounds(rules: AssignmentRules, wanted: Wanted, because: str) -> None:
    chosen = choose_assignee(rules, wanted, IDLE)

    assert chosen is not None
    assert chosen.because == because


def test_who_is_below_the_limit_may_be_given_one_more() -> None:
    assert why_not_one_more(ANA, busy(ana={LOW: 1}), 2) is None
    assert why_not_one_more(ANA, busy(ana={LOW: 99}), None) is None


def test_who_is_at_the_limit_is_refused_with_those_who_have_room_the_least_busy_first() -> None:
    people = busy(ana={LOW: 2}, ben={NORMAL: 1})

    refusal = why_not_one_more(ANA, people, 2)

    assert refusal == (
        f"<@{ANA}> has 2 open cases; the team's limit is 2. Room for more: <@{CAT}>, <@{BEN}>. "
        f"A supervisor may go over it."
    )


def test_where_everybody_is_at_the_limit_the_refusal_says_so() -> None:
    refusal = why_not_one_more(ANA, busy(ana={LOW: 1}, ben={LOW: 1}, cat={LOW: 1}), 1)

    assert refusal is not None
    assert "Nobody of the team has room." in refusal
