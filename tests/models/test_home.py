"""Which cases a person's Home shows, and how long what people have will likely take."""

from datetime import timedelta

import pytest

from models.policies.home import Choices, Dropped, reach_of, what_still_is
from models.policies.loads import ENOUGH, Like, Took, load_of
from models.policies.rights import Role
from models.vocabulary import AgentId, CaseKind, Priority
from tests.builders import ANA, LEA, SAM, STRANGER, a_rulebook, a_team

COMPLAINT, QUERY = Like("deliveries", CaseKind.COMPLAINT), Like("deliveries", CaseKind.QUERY)
BOTH = ("deliveries", "billing")
HOUR = timedelta(hours=1)
RULES = a_rulebook(teams={"deliveries": a_team(), "billing": a_team(key="billing", members=(SAM,), leads=())})


@pytest.mark.parametrize(
    ("who", "teams", "led", "counted"),
    [
        (ANA, ("deliveries",), (), ()),
        (SAM, ("deliveries", "billing"), ("deliveries", "billing"), ()),
        (
            LEA,
            ("deliveries", "billing", "gone"),
            ("deliveries", "billing", "gone"),
            ("deliveries", "billing", "gone"),
        ),
        (STRANGER, (), (), ()),
    ],
)
def test_a_home_reaches_as_far_as_its_person_works(
    who: AgentId, teams: tuple[str, ...], led: tuple[str, ...], counted: tuple[str, ...]
) -> None:
    reach = reach_of(who, RULES, orphaned=("gone",))

    assert (reach.teams, reach.led, reach.counted) == (teams, led, counted)


def test_another_role_in_the_same_team_is_another_reach() -> None:
    promoted = a_rulebook(teams={"deliveries": a_team(supervisors=(ANA,))})

    assert reach_of(ANA, a_rulebook()).words == f"deliveries:{Role.AGENT}"
    assert reach_of(ANA, promoted).words == f"deliveries:{Role.SUPERVISOR}"


def test_what_is_gone_is_left_out_of_a_filter_and_told() -> None:
    chosen = Choices(team="billing", source="fax", theme="delivery", priority=Priority.HIGH)

    kept, dropped = what_still_is(chosen, reach_of(ANA, RULES), RULES)

    assert kept == Choices(theme="delivery", priority=Priority.HIGH)
    assert dropped == (Dropped("team", "billing"), Dropped("source", "fax"))


def test_cases_count_with_the_median_of_those_like_them() -> None:
    took = {COMPLAINT: Took(40, 3 * HOUR), QUERY: Took(20, HOUR)}

    load = load_of(ANA, {COMPLAINT: 2, QUERY: 1}, took)

    assert (load.cases, load.told, load.likely, load.like) == (3, 3, 7 * HOUR, 60)


@pytest.mark.parametrize(
    ("like", "told", "likely"), [(ENOUGH, 1, HOUR), (ENOUGH - 1, 0, None)], ids=["enough", "too few"]
)
def test_of_too_few_like_cases_no_time_follows(like: int, told: int, likely: timedelta | None) -> None:
    load = load_of(ANA, {QUERY: 1, COMPLAINT: 2}, {QUERY: Took(like, HOUR)})

    assert (load.cases, load.told, load.likely) == (3, told, likely)
