"""What every rule says of one piece of feedback, for an admin who tries them."""

from dataclasses import dataclass

from models.policies.rulebook import Rulebook
from models.policies.rules import FACTS, Answer, FactRead, Facts, Rule, Verdict, value_in_words

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule's verdict. `decides`: it is the first that matches.

    `facts`: each fact that it names with its value in words, or "absent"; of a text only the words that the
    rule found in it, `has "late"`, or nothing. `trouble`: why its condition came to nothing, or empty.
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
    facts = tuple((read.name, _in_words(read)) for read in verdict.read)
    trouble = f"{', '.join(verdict.absent)} absent" if verdict.answer is Answer.ABSENT else verdict.trouble
    return Row(rule.name, verdict.answer.value, facts, decides, trouble)


def _in_words(read: FactRead) -> str:
    if read.value is None:
        return ABSENT
    if read.found:
        return "has " + ", ".join(f'"{word}"' for word in read.found)
    fact = FACTS.get(read.name)
    return value_in_words(read.value) if fact is None or fact.is_repeated else ""
