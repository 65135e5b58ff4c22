"""Rules over facts: which rule decides what becomes of a piece of feedback, and why."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Required, TypedDict, Unpack

from models.policies.intake import as_one_text
from models.policies.signals import Signal, find_signals
from models.vocabulary import AgentId, CaseKind, Priority, SentimentScore

Facts = Mapping[str, object]
"""What rules may look at, by its dotted name; what is not known is not there. Built by `build_facts`."""

NO_RULE = "No rule matched"

DEEPEST_ATTRIBUTE = 8
"""Attributes within attributes beyond this are left out: nobody writes a rule about them."""

LONGEST_SHOWN = 40
"""How much of a value is repeated in the reason for a decision."""


class FactKind(StrEnum):
    """What a fact is."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal number"
    YES_NO = "yes or no"
    TEXTS = "list of texts"
    ATTRIBUTES = "attributes"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a rule may look at: what it is, and its short name in a reason."""

    kind: FactKind
    short: str
    is_repeated: bool = True  # False: a customer's own words or name, which a reason must not hold


SIGNALS_IN_SHORT: Mapping[Signal, str] = MappingProxyType(
    {
        Signal.LEAVING: "threat to leave",
        Signal.LEGAL: "legal threat",
        Signal.SAFETY: "safety or injury",
        Signal.VULNERABLE: "vulnerable customer",
        Signal.REPEATED: "repeated contact",
        Signal.REACH: "wide reach",
    }
)

FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "feedback.text": Fact(FactKind.TEXT, "text", is_repeated=False),
        "feedback.title": Fact(FactKind.TEXT, "title", is_repeated=False),
        "feedback.source": Fact(FactKind.TEXT, "source"),
        "feedback.language": Fact(FactKind.TEXT, "language"),
        "feedback.words": Fact(FactKind.WHOLE, "words"),
        "feedback.age_hours": Fact(FactKind.DECIMAL, "age in hours"),
        "sentiment.label": Fact(FactKind.TEXT, "sentiment"),
        "sentiment.score": Fact(FactKind.DECIMAL, "score"),
        "sentiment.confidence": Fact(FactKind.DECIMAL, "confidence"),
        "survey.nps": Fact(FactKind.WHOLE, "NPS"),
        "survey.stars": Fact(FactKind.DECIMAL, "stars"),
        "survey.csat": Fact(FactKind.DECIMAL, "CSAT"),
        "customer.name": Fact(FactKind.TEXT, "customer's name", is_repeated=False),
        "customer.segment": Fact(FactKind.TEXT, "segment"),
        "customer.feedback_count": Fact(FactKind.WHOLE, "feedback so far"),
        "customer.open_cases": Fact(FactKind.WHOLE, "open cases"),
        "customer.attributes": Fact(FactKind.ATTRIBUTES, "customer's attributes", is_repeated=False),
        **{f"signals.{signal}": Fact(FactKind.YES_NO, SIGNALS_IN_SHORT[signal]) for signal in Signal},
        "themes": Fact(FactKind.TEXTS, "themes"),
        "attributes": Fact(FactKind.ATTRIBUTES, "attributes", is_repeated=False),
    }
)


GROUPS = tuple(name for name, fact in FACTS.items() if fact.kind is FactKind.ATTRIBUTES)
"""The facts that hold attributes, by whatever names these have."""


def group_of(name: str) -> tuple[str, str]:
    """Which of them an attribute stands in, and its name there; two empty words for what is none."""
    found = ((group, name.removeprefix(f"{group}.")) for group in GROUPS if name.startswith(f"{group}."))
    return next(found, ("", ""))


class Answer(StrEnum):
    """What a condition came to."""

    MATCHED = "matched"
    NOT_MATCHED = "not matched"
    ABSENT = "absent fact"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FactRead:
    """A fact that a condition names. `value` None: absent. `found`: words of the condition in this text."""

    name: str
    value: object | None
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule's condition says of the facts; `trouble` tells why it failed."""

    answer: Answer
    read: tuple[FactRead, ...] = ()
    trouble: str = ""

    @property
    def is_matched(self) -> bool:
        """Whether the rule decides."""
        return self.answer is Answer.MATCHED

    @property
    def absent(self) -> tuple[str, ...]:
        """The facts that the condition names and that are not there."""
        return tuple(fact.name for fact in self.read if fact.value is None)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule orders: a case of this kind, for this team, under this promise (both by their keys).

    `promise` None: the one that fits. `needs`: the skills that the work asks for. `assign`: among whom it is
    given away before the team's strategy is asked; user groups and e-mail addresses too, as written.
    """

    kind: CaseKind
    team: str
    priority: Priority
    promise: str | None = None
    needs: frozenset[str] = frozenset()
    assign: tuple[AgentId, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """An entry of rules.yaml. No effect: what it matches opens nothing."""

    name: str
    condition: Callable[[Facts], Verdict]
    because: str
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a piece of feedback. `rule` None: none matched. No effect: nothing is opened.

    `verdicts` are those of the rules up to the one that decided, in order.
    """

    rule: str | None
    why: str
    effect: Effect | None
    verdicts: tuple[Verdict, ...]


def decide(rules: Sequence[Rule], facts: Facts) -> Decision:
    """The first rule that matches decides; the rest are not asked."""
    verdicts: list[Verdict] = []
    for rule in rules:
        verdict = rule.condition(facts)
        verdicts.append(verdict)
        if verdict.is_matched:
            return Decision(rule.name, _why(rule, verdict), rule.effect, tuple(verdicts))
    return Decision(None, NO_RULE, None, tuple(verdicts))


def _why(rule: Rule, verdict: Verdict) -> str:
    """The rule's reason and the facts behind it: 'A parcel is late (NPS 3; text has "parcel")'."""
    shown = [words for words in map(fact_in_words, verdict.read) if words]
    return f"{rule.because} ({'; '.join(shown)})" if shown else rule.because


def fact_in_words(read: FactRead) -> str:
    """A fact as a reason shows it; empty when absent, and for a text without any of the rule's words."""
    if read.value is None:
        return ""
    fact = FACTS.get(read.name)
    short = fact.short if fact else group_of(read.name)[1]
    if read.found:
        return f"{short} has " + ", ".join(f'"{word}"' for word in read.found)
    if fact and not fact.is_repeated:
        return ""
    return f"{short} {value_in_words(read.value)}"


def value_in_words(value: object) -> str:
    """A value on one short line; decimals with two places at most."""
    match value:
        case bool():
            words = "yes" if value else "no"
        case list():
            words = ", ".join(map(str, value)) or "none"
        case float():
            words = f"{round(value, 2):g}" if abs(value) < 1_000_000 else f"{value:.0f}"
        case _:
            words = " ".join(str(value).split())
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


class Known(TypedDict, total=False):
    """What is known of a piece of feedback and its customer when the rules are asked; None is not known.

    `age` is how long ago the customer said it. `survey_score` is on `survey_scale`: nps, stars or csat.
    `attributes` are what JSON can hold.
    """

    text: Required[str]
    source: Required[str]
    age: Required[timedelta]
    title: str | None
    language: str | None
    sentiment: SentimentScore | None
    survey_scale: str | None
    survey_score: float | Decimal | None
    customer_name: str | None
    customer_segment: str | None
    customer_feedback_count: int | None
    customer_open_cases: int | None
    customer_attributes: Mapping[str, object] | None
    attributes: Mapping[str, object] | None


def build_facts(**known: Unpack[Known]) -> Facts:
    """The facts of one piece of feedback, under the names of FACTS."""
    facts = {
        "feedback.text": known["text"],
        "feedback.title": known.get("title") or None,
        "feedback.source": known["source"],
        "feedback.language": known.get("language") or _language_heard(known.get("sentiment")),
        "feedback.words": len(known["text"].split()),
        "feedback.age_hours": max(known["age"] / timedelta(hours=1), 0.0),
        "customer.name": known.get("customer_name") or None,
        "customer.segment": known.get("customer_segment") or None,
        "customer.feedback_count": known.get("customer_feedback_count"),
        "customer.open_cases": known.get("customer_open_cases"),
        "customer.attributes": _branches(known.get("customer_attributes") or {}),
        "attributes": _branches(known.get("attributes") or {}),
        **_signal_facts(known),
        **_sentiment_facts(known.get("sentiment")),
        **_survey_facts(known.get("survey_scale"), known.get("survey_score")),
    }
    plain = {name: _plain(value) for name, value in facts.items()}
    return MappingProxyType({name: value for name, value in plain.items() if value is not None})


def _language_heard(sentiment: SentimentScore | None) -> str | None:
    """What the ear took the words for; where the source tells the language, that counts."""
    return sentiment.language if sentiment is not None else None


def _sentiment_facts(sentiment: SentimentScore | None) -> dict[str, object]:
    if sentiment is None or not sentiment.is_read:
        return {"themes": []}
    return {
        "themes": [theme.key for theme in sentiment.themes],
        "sentiment.label": sentiment.label.value,
        "sentiment.score": sentiment.score,
        "sentiment.confidence": max(sentiment.p_negative, sentiment.p_neutral, sentiment.p_positive),
    }


def _signal_facts(known: Known) -> dict[str, object]:
    found = find_signals(
        as_one_text(known.get("title"), known["text"]),
        open_cases=known.get("customer_open_cases") or 0,
        attributes=known.get("attributes"),
    )
    sentiment = known.get("sentiment")
    heard = sentiment.signals if sentiment is not None else ()
    return {f"signals.{signal}": signal in found or signal in heard for signal in Signal}


def _survey_facts(scale: str | None, score: float | Decimal | None) -> dict[str, object]:
    fact = FACTS.get(f"survey.{scale}")
    if fact is None or score is None or not math.isfinite(score):
        return {}
    return {f"survey.{scale}": round(score) if fact.kind is FactKind.WHOLE else float(score)}


def _branches(attributes: Mapping[str, object]) -> dict[str, object]:
    """Attributes as a condition reads them: "address.city" is `attributes.address.city`.

    Sources hand them over flat. A name that would have to be both a value and a branch stays as it is.
    """
    tree: dict[str, object] = {name: value for name, value in attributes.items() if "." not in name}
    for name, value in sorted(attributes.items()):
        *path, leaf = name.split(".")
        branch = _branch(tree, path) if path and all((*path, leaf)) else None
        if branch is None or leaf in branch:
            tree.setdefault(name, value)
        else:
            branch[leaf] = value
    return tree


def _branch(tree: dict[str, object], path: Sequence[str]) -> dict[str, object] | None:
    for name in path:
        below = tree.setdefault(name, {})
        if not isinstance(below, dict):
            return None
        tree = below
    return tree


def _plain(value: object, depth: int = 0) -> object | None:
    """The same value as conditions can read it, None for what they cannot: too deep, too large, no number."""
    match value:
        case None | bool():
            return value
        case str():
            return value.encode(errors="replace").decode()  # half an emoji cannot be read by a condition
        case int():
            return value if abs(value) < 2**63 else None
        case float() | Decimal():
            return float(value) if math.isfinite(value) else None
        case Mapping():
            return _plain_mapping(value, depth + 1)
        case Sequence():
            return None if depth >= DEEPEST_ATTRIBUTE else [_plain(item, depth + 1) for item in value]
        case _:
            raise TypeError(f"a fact cannot be a {type(value).__name__}")


def _plain_mapping(attributes: Mapping[object, object], depth: int) -> dict[object, object] | None:
    if depth > DEEPEST_ATTRIBUTE:
        return None
    plain = {_plain(key): _plain(value, depth) for key, value in attributes.items()}
    return {key: value for key, value in plain.items() if value is not None}
