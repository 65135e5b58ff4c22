"""The playbooks of rules.yaml are read step by step, and each mistake is told with its line."""

import pytest

from bot.rulebook import RulebookError
from bot.rulebook.loading import read_rulebook
from models.policies.playbooks import USUAL_PLAYBOOK, Knowledge, Playbook, PlaybookStep
from models.vocabulary import Care, CaseKind
from tests.bot.rules_text import GOOD

PLAYBOOKS = """\
themes:
  delivery: {name: Late or lost delivery, description: It came late or not at all}
  other: {name: Something else, description: None of these}
playbooks:
  late-parcel:
    name: Late or lost parcel
    for: {theme: delivery, kind: [complaint, query]}
    solution:
      - Trace the parcel
      - Send it again
    communication: Say that you have found their parcel, or that you look for it
    knowledge: {How to trace: https://wiki.example.com/trace}
"""
WITH_PLAYBOOKS = GOOD + PLAYBOOKS
LINE = GOOD.count("\n")


def problems(text: str) -> list[str]:
    """What is wrong with a file."""
    with pytest.raises(RulebookError) as refused:
        read_rulebook(text.encode())
    return str(refused.value).splitlines()


def test_a_playbook_is_read_in_the_order_of_cares() -> None:
    playbooks = read_rulebook(WITH_PLAYBOOKS.encode()).playbooks

    assert playbooks["late-parcel"] == Playbook(
        key="late-parcel",
        name="Late or lost parcel",
        steps=(
            PlaybookStep(Care.COMMUNICATION, "Say that you have found their parcel, or that you look for it"),
            PlaybookStep(Care.SOLUTION, "Trace the parcel"),
            PlaybookStep(Care.SOLUTION, "Send it again"),
        ),
        knowledge=(Knowledge("How to trace", "https://wiki.example.com/trace"),),
        for_themes=frozenset({"delivery"}),
        for_kinds=frozenset({CaseKind.COMPLAINT, CaseKind.QUERY}),
    )


def test_a_file_without_a_playbook_for_every_case_has_that_of_the_bot() -> None:
    own = WITH_PLAYBOOKS + "  ours: {name: Ours, empathy: Say that you are sorry}\n"

    assert read_rulebook(GOOD.encode()).playbooks == {"usual": USUAL_PLAYBOOK}
    assert list(read_rulebook(WITH_PLAYBOOKS.encode()).playbooks) == ["late-parcel", "usual"]
    assert list(read_rulebook(own.encode()).playbooks) == ["late-parcel", "ours"]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "words"),
    [
        (
            "theme: delivery",
            "theme: delivry",
            7,
            "playbook 'late-parcel': for: theme: unknown theme 'delivry'; did",
        ),
        (
            "[complaint, query]",
            "complain",
            7,
            "playbook 'late-parcel': for: kind: unknown kind of case 'complain'; did",
        ),
        ("{theme: delivery, kind: [complaint, query]}", "{}", 7, "for: names nothing; write theme or kind"),
        (
            "{theme: delivery, ",
            "{themes: delivery, ",
            7,
            "for: themes: is not known here; did you mean theme?",
        ),
        ("    solution:", "    solutions:", 8, "solutions: is not known here; did you mean solution?"),
        ("https://wiki.example.com/trace", "wiki", 12, "'wiki' is no link; write it like https://"),
        ("      - Send it again\n", "      - Send\n" * 25, 5, "has 27 steps; 20 at most"),
        ("  late-parcel:", "  usual:", 5, "playbook 'usual': is for every case; delete its 'for'"),
    ],
)
def test_a_mistake_is_told_with_its_line(right: str, wrong: str, line: int, words: str) -> None:
    text = WITH_PLAYBOOKS.replace(right, wrong)

    (problem,) = problems(text)

    assert problem.startswith(f"rules.yaml:{LINE + line}: playbook '")
    assert words in problem


def test_a_playbook_without_a_step_and_two_of_one_name_are_refused() -> None:
    empty, twice = "  empty: {name: Empty}\n", "  again: {name: Late-or lost parcel, empathy: Be kind}\n"

    assert (
        "playbook 'empty': has no steps; write at least one of communication"
        in problems(GOOD + PLAYBOOKS + empty)[0]
    )
    assert (
        "name: 'Late-or lost parcel' is how playbook 'late-parcel' is called"
        in problems(GOOD + PLAYBOOKS + twice)[0]
    )
