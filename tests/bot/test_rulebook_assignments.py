"""`assignment:` of a team and `needs:` of a rule: what a right one says, and each mistake with its line."""

import re
from pathlib import Path

import pytest

from bot.rulebook import RulebookError, read_rulebook
from models.policies.assignment import TAKEN_BY_HAND, AssignmentRules, Strategy
from tests.bot.rules_text import GOOD, good_but, line_of

DOCUMENTATION = (Path(__file__).resolve().parents[2] / "docs" / "assignment.md").read_text()
BY_SKILL = "{strategy: by skill, skills: {U0ANA: [french, returns], U0BEN: german}}"


def assigning(written: str) -> bytes:
    """The right file with an assignment of the team 'care' in a line of its own."""
    return good_but("    country: DE\n", f"    country: DE\n    assignment: {written}\n")


def needing(needs: str, assignment: str = BY_SKILL) -> bytes:
    """The same, with a rule that needs this."""
    text = assigning(assignment).decode()
    return text.replace("    priority: high\n", f"    priority: high\n    needs: {needs}\n").encode()


def test_cases_are_taken_by_hand_where_nothing_is_written() -> None:
    rulebook = read_rulebook(GOOD.encode())

    assert rulebook.teams["care"].assignment == TAKEN_BY_HAND
    assert rulebook.teams["care"].assignment.strategies == ()


@pytest.mark.parametrize(
    ("written", "rules"),
    [
        ("{strategy: none}", AssignmentRules()),
        ("{strategy: none, limit_per_person: 8}", AssignmentRules(limit_per_person=8)),
        ("{strategy: round robin}", AssignmentRules(Strategy.ROUND_ROBIN)),
        (
            "{strategy: named person, person: U0SAM}",
            AssignmentRules(Strategy.NAMED_PERSON, person="U0SAM"),
        ),
        (
            "{strategy: last owner, otherwise: least loaded, limit_per_person: 3}",
            AssignmentRules(Strategy.LAST_OWNER, Strategy.LEAST_LOADED, limit_per_person=3),
        ),
        (
            "{strategy: by customer segment, segments: {gold: [U0LEA, U0SAM], trade: U0BEN}}",
            AssignmentRules(Strategy.BY_SEGMENT, segments={"gold": ("U0LEA", "U0SAM"), "trade": ("U0BEN",)}),
        ),
        (
            BY_SKILL,
            AssignmentRules(
                Strategy.BY_SKILL,
                skills={"U0ANA": frozenset({"french", "returns"}), "U0BEN": frozenset({"german"})},
            ),
        ),
    ],
)
def test_a_strategy_is_read_with_what_it_reads(written: str, rules: AssignmentRules) -> None:
    assert read_rulebook(assigning(written)).teams["care"].assignment == rules


def test_a_rule_says_which_skills_it_needs() -> None:
    rulebook = read_rulebook(needing("[french, returns]"))

    effect = rulebook.rules[0].effect
    assert effect is not None
    assert effect.needs == {"french", "returns"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("round robin", "team 'care': assignment: needs names and values below it"),
        ("{}", "team 'care': assignment: strategy: is needed"),
        ("{strategy: round robbin}", "unknown strategy 'round robbin'; did you mean round robin?"),
        ("{strategy: none, limit: 3}", "limit: is not known here; known: strategy, otherwise, person"),
        (
            "{strategy: none, limit_per_person: 0}",
            "limit_per_person: 0 is not a number of cases; write a whole one from 1",
        ),
        ("{strategy: none, limit_per_person: many}", "limit_per_person: 'many' is not a number of cases"),
        ("{strategy: named person}", "assignment: person: is needed for 'named person'; write it like U0ANA"),
        ("{strategy: by skill}", "assignment: skills: is needed for 'by skill'; write it like {U0ANA: ["),
        ("{strategy: by customer segment}", "assignment: segments: is needed for 'by customer segment'"),
        (
            "{strategy: by customer segment, segments: {}}",
            "team 'care': assignment: segments: needs at least one entry",
        ),
        (
            "{strategy: by customer segment, segments: {gold: []}}",
            "assignment: segments: gold: needs at least one entry",
        ),
        (
            "{strategy: round robin, person: U0ANA}",
            "assignment: person: is read by the strategy 'named person' only",
        ),
        ("{strategy: last owner}", "assignment: otherwise: is needed: who gets a new customer?"),
        ("{strategy: round robin, otherwise: round robin}", "otherwise: is what was tried already"),
        (
            "{strategy: named person, person: U0KIM}",
            "assignment: person: U0KIM does not work for Customer care; those who do: U0ANA, U0BEN, U0SAM",
        ),
        (
            "{strategy: by customer segment, segments: {gold: [U0ANA, U0KIM]}}",
            "assignment: segments: U0KIM does not work for Customer care",
        ),
        (
            "{strategy: by skill, skills: {U0SAM: french}}",
            "assignment: skills: U0SAM is not among the members of Customer care: U0ANA, U0BEN",
        ),
        ("{strategy: by skill, skills: {ana: french}}", "'ana' is not a Slack member id"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(written: str, words: str) -> None:
    (problem,) = problems_of(assigning(written))

    assert words in problem
    assert problem.startswith(f"rules.yaml:{line_of('country: DE') + 1}: ")


@pytest.mark.parametrize(
    ("needs", "assignment", "words"),
    [
        ("frensh", BY_SKILL, "nobody of team 'care' has the skill 'frensh'; did you mean french? known: fr"),
        ("[french, german]", BY_SKILL, "nobody of team 'care' has all of french, german"),
        ("french", "{strategy: round robin}", "team 'care' does not assign 'by skill', so nobody would read"),
        ("[5]", BY_SKILL, "needs a text; put it in quotes if it is one"),
    ],
)
def test_a_need_that_nobody_can_meet_is_told(needs: str, assignment: str, words: str) -> None:
    (problem,) = problems_of(needing(needs, assignment))

    assert problem.startswith(f"rules.yaml:{line_of('priority: high') + 2}: rule 'Late parcel': needs: ")
    assert words in problem


def test_somebody_who_is_unknown_is_told_with_the_line_in_which_they_stand() -> None:
    segments = (
        "\n      strategy: by customer segment\n      segments:\n        gold: U0ANA\n        trade: U0KIM"
    )

    (problem,) = problems_of(assigning(segments))

    assert problem.startswith(f"rules.yaml:{line_of('country: DE') + 5}: ")


def test_the_examples_of_the_documentation_are_right() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION, re.DOTALL)

    read = [read_rulebook(assigning(f"\n{_indented(example)}")).teams["care"] for example in examples]

    assert [team.assignment.strategy for team in read] == list(Strategy)[1:]


def _indented(example: str) -> str:
    """What stands below `assignment:` in an example, as far in as the right file has it."""
    return "".join(f"    {line}\n" for line in example.splitlines()[1:])


def problems_of(content: bytes) -> list[str]:
    with pytest.raises(RulebookError) as refused:
        read_rulebook(content)
    return str(refused.value).splitlines()


def test_with_a_group_among_the_people_anybody_may_be_of_the_team() -> None:
    text = assigning("{strategy: named person, person: U0KIM}").decode()

    rulebook = read_rulebook(text.replace("members: [U0ANA, U0BEN]", "members: [U0ANA, S0CARE]").encode())

    assert rulebook.teams["care"].assignment.person == "U0KIM"


def test_a_rule_says_to_whom_it_gives_its_cases() -> None:
    text = GOOD.replace(
        "    priority: high\n", "    priority: high\n    assign: [U0SAM, S0CARE, Ana@shop.example]\n"
    )

    effect = read_rulebook(text.encode()).rules[0].effect

    assert effect is not None
    assert effect.assign == ("U0SAM", "S0CARE", "ana@shop.example")


@pytest.mark.parametrize(
    ("assign", "words"),
    [
        ("U0KIM", "U0KIM does not work for Customer care; those who do: U0ANA, U0BEN, U0SAM, U0LEA"),
        ("ana", "'ana' is not a Slack member id, such as U0ANA"),
        ("[]", "needs at least one entry"),
    ],
)
def test_somebody_who_cannot_be_given_the_cases_of_a_rule_is_told(assign: str, words: str) -> None:
    text = GOOD.replace("    priority: high\n", f"    priority: high\n    assign: {assign}\n")

    (problem,) = problems_of(text.encode())

    assert problem.startswith(f"rules.yaml:{line_of('priority: high') + 1}: rule 'Late parcel': assign: ")
    assert words in problem
