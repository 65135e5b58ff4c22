"""Which playbook is the best for a case, and when its steps can be ticked."""

from dataclasses import replace

import pytest

from models.policies.playbooks import (
    USUAL_PLAYBOOK,
    Playbook,
    TickedStep,
    find_playbook,
    suggested,
    why_not_change_ticks,
)
from models.vocabulary import Care, CaseKind
from tests.builders import ANA
from tests.clock import MONDAY_MORNING

LATE = replace(USUAL_PLAYBOOK, key="late", name="Late parcel", for_themes=frozenset({"delivery"}))
LATE_QUESTION = replace(LATE, key="late-question", for_kinds=frozenset({CaseKind.QUERY}))
BROKEN = replace(USUAL_PLAYBOOK, key="broken", for_themes=frozenset({"damage"}))
QUESTION = replace(USUAL_PLAYBOOK, key="question", for_kinds=frozenset({CaseKind.QUERY}))
PLAYBOOKS = {each.key: each for each in (USUAL_PLAYBOOK, QUESTION, BROKEN, LATE, LATE_QUESTION)}
STEPS = [
    TickedStep(1, Care.EMPATHY, "Say that you are sorry", ANA, MONDAY_MORNING),
    TickedStep(2, Care.SOLUTION, "Trace the parcel"),
]


@pytest.mark.parametrize(
    ("themes", "kind", "best"),
    [
        (["delivery", "damage"], CaseKind.COMPLAINT, ["late", "broken", "usual"]),
        (["damage", "delivery"], CaseKind.COMPLAINT, ["broken", "late", "usual"]),
        (["delivery"], CaseKind.QUERY, ["late-question", "late", "question"]),
        (["staff"], CaseKind.QUERY, ["question", "usual"]),
        (["staff"], CaseKind.COMPLAINT, ["usual"]),
        ([], CaseKind.COMPLIMENT, ["usual"]),
    ],
)
def test_the_likeliest_theme_comes_before_the_kind_and_that_before_every_case(
    themes: list[str], kind: CaseKind, best: list[str]
) -> None:
    proposed = suggested(PLAYBOOKS, themes, kind)

    assert [playbook.key for playbook in proposed][: len(best)] == best
    assert len(proposed) == len(PLAYBOOKS)


@pytest.mark.parametrize(
    ("called", "found"),
    [("late", LATE), ("late PARCEL", LATE), ("any case", USUAL_PLAYBOOK), ("latest", None)],
)
def test_a_playbook_is_found_by_its_key_and_by_its_name(called: str, found: Playbook | None) -> None:
    assert find_playbook(called, PLAYBOOKS) is found


@pytest.mark.parametrize(
    ("numbers", "to", "why"),
    [
        ([2], True, None),
        ([1], False, None),
        ([1, 2], True, None),
        ([1], True, f"<@{ANA}> has ticked step 1 of case #41 already"),
        ([2], False, "Step 2 of case #41 is not ticked"),
        ([2, 3], True, "steps 1 to 2; 3 is none of them"),
        ([], True, "steps 1 to 2, such as `tick 1`"),
    ],
)
def test_what_is_ticked_is_a_step_that_is_not_yet(numbers: list[int], to: bool, why: str | None) -> None:
    refusal = why_not_change_ticks(41, STEPS, numbers, to=to)

    assert (refusal is None) == (why is None)
    assert (why or "") in (refusal or "")
