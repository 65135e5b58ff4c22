"""Bursts: what is alike, from how many customers on, and what belongs to one that runs."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from models.policies.bursts import (
    BITS,
    BurstRules,
    Echo,
    Running,
    find_like,
    is_over,
    likeness,
    middle_of,
    sketch_of,
)
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
RULES = BurstRules(customers=4, within=15 * MINUTE, alike=0.6)
OUTAGE, OTHER = (random.Random(seed).getrandbits(BITS) for seed in (1, 2))


def said(
    number: int, sketch: int = OUTAGE, *, customer: int = 0, theme: str = "app", minute: float = 0
) -> Echo:
    """What customer number so and so said."""
    return Echo(number, customer or number, theme, sketch, MONDAY_MORNING + minute * MINUTE)


def in_own_words(seed: int, share: float) -> int:
    """The outage as somebody else would tell it: so many of all signs are others."""
    flips = random.Random(seed).sample(range(BITS), round(share * BITS))
    return OUTAGE ^ sum(1 << place for place in flips)


def numbers(echoes: Sequence[Echo]) -> list[int]:
    return [each.feedback_id for each in echoes]


def test_the_same_words_are_as_alike_as_can_be_and_others_are_not() -> None:
    assert likeness(OUTAGE, OUTAGE) == 1
    assert abs(likeness(OUTAGE, OTHER)) < 0.1
    assert likeness(OUTAGE, OUTAGE ^ ((1 << BITS) - 1)) == -1
    assert sketch_of(OUTAGE.to_bytes(BITS // 8)) == OUTAGE


def test_from_so_many_customers_on_it_is_a_burst() -> None:
    three = [said(1), said(2)]

    assert find_like(said(3), three, RULES) == []
    assert numbers(find_like(said(4), [*three, said(3)], RULES)) == [4, 1, 2, 3]


@pytest.mark.parametrize(
    "third",
    [
        said(3, customer=2),
        said(3, OTHER),
        said(3, theme="delivery"),
        said(3, minute=-15),
    ],
    ids=["the same customer", "another matter", "another theme", "too long ago"],
)
def test_what_does_not_count_makes_no_burst(third: Echo) -> None:
    assert find_like(said(4), [said(1), said(2), third], RULES) == []


def test_what_is_a_little_younger_than_the_window_counts() -> None:
    recent = [said(1, minute=-14.9), said(2), said(3)]

    assert numbers(find_like(said(4), recent, RULES)) == [4, 1, 2, 3]


def test_who_says_it_in_their_own_words_is_near_to_the_middle_of_all() -> None:
    told = [said(number, in_own_words(number, 0.2)) for number in range(1, 9)]
    *others, last = told
    fourth = sorted(likeness(last.sketch, other.sketch) for other in others)[-4]

    like = find_like(last, others, BurstRules(8, 15 * MINUTE, alike=fourth))

    assert sorted(numbers(like)) == list(range(1, 9))


def test_one_voice_that_is_like_no_other_makes_no_burst() -> None:
    assert find_like(said(9, OTHER), [said(number) for number in range(1, 9)], RULES) == []


def test_the_middle_is_what_most_say_and_the_first_where_they_are_split() -> None:
    assert middle_of([0b1100, 0b1010, 0b1001]) == 0b1000
    assert middle_of([0b1100, 0b0110]) == 0b1100


def test_a_burst_that_runs_takes_what_is_near_to_its_middle_and_of_its_theme() -> None:
    running = Running(parent_id=41, theme="app", middle=OUTAGE, alike=0.6)

    assert running.takes(said(9, in_own_words(9, 0.2)))
    assert not running.takes(said(9, in_own_words(9, 0.4)))
    assert not running.takes(said(9, theme="delivery"))


@pytest.mark.parametrize(("share", "is_same"), [(0.3, True), (0.34, True), (0.37, False)])
def test_a_burst_that_is_told_in_another_way_is_the_same(share: float, is_same: bool) -> None:
    running = Running(parent_id=41, theme="app", middle=OUTAGE, alike=0.6)

    assert running.is_same("app", in_own_words(9, share)) is is_same
    assert not running.is_same("delivery", OUTAGE)


@pytest.mark.parametrize(("minutes", "over"), [(14.9, False), (15, True)])
def test_a_burst_is_over_when_nobody_adds_to_it_for_the_window(minutes: float, over: bool) -> None:
    assert is_over(MONDAY_MORNING, 15 * MINUTE, MONDAY_MORNING + minutes * MINUTE) is over
