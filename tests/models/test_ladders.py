"""Ladders: whom each step tells, who gets the case, and when the next one comes."""

from datetime import timedelta

import pytest

from models.policies import ladders
from models.policies.ladders import LAST_WAIT, SUPERVISORS_AT_ONCE, Climb, Group, Ladder, Step, Told
from models.policies.opening_hours import OpeningHours
from models.policies.sla_clock import Clock
from models.vocabulary import AgentId, ClockKind
from tests.builders import BEN, LEA, SAM
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
PEOPLE = {Group.SUPERVISORS: (SAM, BEN), Group.LEADS: (LEA,), Group.ADMINS: (AgentId("U0ADMIN"),)}
THREE = tuple(Step(minutes * MINUTE, ("supervisors",)) for minutes in (0, 10, 40))


@pytest.mark.parametrize(
    ("tell", "told"),
    [
        (("supervisors",), Told((SAM, BEN), (), ())),
        (("leads", "supervisors", "U0LEA"), Told((LEA, SAM, BEN), (), ())),
        (("S0CARE", "#recovery-leads", "C0LEADS"), Told((), ("S0CARE",), ("#recovery-leads", "C0LEADS"))),
        (("admins", "W0BOSS"), Told((AgentId("U0ADMIN"), AgentId("W0BOSS")), (), ())),
    ],
)
def test_a_step_tells_whom_it_names(tell: tuple[str, ...], told: Told) -> None:
    assert ladders.whom(Step(MINUTE, tell), PEOPLE) == told


def test_a_step_that_would_tell_nobody_tells_the_admins() -> None:
    nobody = PEOPLE | {Group.SUPERVISORS: ()}

    assert ladders.whom(Step(MINUTE, ("supervisors",)), nobody).people == PEOPLE[Group.ADMINS]


@pytest.mark.parametrize(
    ("reassign", "heir"), [(None, None), ("supervisor", SAM), ("lead", LEA), ("U0ANA", "U0ANA")]
)
def test_a_step_may_give_the_case_to_somebody(reassign: str | None, heir: str | None) -> None:
    assert ladders.heir_at(Step(MINUTE, ("leads",), reassign), PEOPLE) == heir


def test_a_ladder_knows_the_channels_and_people_that_it_names() -> None:
    steps = (Step(MINUTE, ("leads", "#a", "U0ANA")), Step(2 * MINUTE, ("C0LEADS", "S0CARE"), "U0BEN"))
    ladder = Ladder("steep", steps)

    assert (ladder.channels, ladder.people) == (["#a", "C0LEADS"], ["U0ANA", "U0BEN"])


def test_each_step_has_its_time_and_the_last_as_long_as_the_one_before() -> None:
    assert [ladders.wait_after(THREE, number) for number in (1, 2, 3)] == [
        *(10 * MINUTE, 30 * MINUTE, 30 * MINUTE),
    ]
    assert ladders.wait_after(SUPERVISORS_AT_ONCE.steps, 1) == LAST_WAIT


def test_what_is_kept_of_a_ladder_is_the_ladder() -> None:
    ladder = Ladder("steep", (Step(MINUTE, (Group.LEADS, "#a"), "lead"), Step(2 * MINUTE, ("S0CARE",))))

    assert ladders.read(ladders.kept(ladder)) == ladder.steps


def test_a_broken_promise_says_how_far_it_was_raised() -> None:
    clock = Clock(ClockKind.RESOLVE, MONDAY_MORNING, 10 * MINUTE, OpeningHours("24/7", "UTC"))
    climb = Climb(step=2, steps=3, reason="late", since=MONDAY_MORNING)

    words = [ladders.words(clock, climb, MONDAY_MORNING + minutes * MINUTE) for minutes in (5, 18)]

    assert words == ["due in 5 min", "breached 8 min ago, escalated to step 2"]
