"""What every rule says of one piece of feedback, for an admin who tries them."""

from dataclasses import dataclass

from models.policies.rulebook import Rulebook
from models.policies.rules import Answer, Facts, Rule, Verdict, value_in_words

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule's verdict. `facts`: each fact that it names with its value in words, or "absent".

    `decides`: it is the first that matches. `trouble`: why its condition came to nothing, or empty.
    """

    rule: str
    verdict: str
    facts: tuple[tuple[str, str], ...]
    decides: bool
    trouble: str


def explain(rulebook: Rulebook, facts: Facts) -> list[Row]:
    """A row for each rule, in order, also for those after the one that decides."""
    verdicts = [(rule, rule.condition(facts)) for rule in rulebook.rules]
    deciding = next((rule for rule, verdict in verdicts if verdict.is_matched), None)
    return [_row(rule, verdict, decides=rule is deciding) for rule, verdict in verdicts]


def _row(rule: Rule, verdict: Verdict, *, decides: bool) -> Row:
    facts = tuple(
        (read.name, ABSENT if read.value is None else value_in_words(read.value)) for read in verdict.read
    )
    trouble = f"{', '.join(verdict.absent)} absent" if verdict.answer is Answer.ABSENT else verdict.trouble
    return Row(rule.name, verdict.answer.value, facts, decides, trouble)
