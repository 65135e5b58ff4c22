"""Conditions: CEL over the facts, checked as they are read; no comparison with an absent fact holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import re2
from cel_expr_python import cel

from bot.rulebook.cel_errors import (
    ConditionError,
    compile_error,
    is_of_absence,
    only_mixes_numbers,
    run_error,
    type_words,
)
from bot.rulebook.problems import near
from bot.rulebook.tokens import MOST_MATCHES, HasCall, MatchCall, Source
from models.policies.rules import FACTS, Answer, FactKind, FactRead, Facts, Verdict, group_of

LONGEST_CONDITION = 5_000
MOST_WORDS = 3
"""How many of the words that were found in a text a reason names."""

Vocabularies = Mapping[str, Sequence[str]]
"""The facts that can have only these values, such as sentiment.label."""

_TYPES = {
    FactKind.TEXT: cel.Type.STRING,
    FactKind.WHOLE: cel.Type.INT,
    FactKind.DECIMAL: cel.Type.DOUBLE,
    FactKind.YES_NO: cel.Type.BOOL,
    FactKind.TEXTS: cel.Type.List(cel.Type.STRING),
    FactKind.ATTRIBUTES: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}


def compile_condition(text: str, vocabularies: Vocabularies) -> "Condition":
    """Read and check a condition. Raises ConditionError."""
    if len(text) > LONGEST_CONDITION:
        raise ConditionError(f"has {len(text):,} characters; {LONGEST_CONDITION:,} at most")
    if not text.strip():
        raise ConditionError("is empty; a rule for everything has the condition true")
    source = Source(text)
    expression = _compiled(source)
    _check_type(expression)
    for literal in source.patterns():
        _check_pattern(literal)
    for fact, literal in source.comparisons():
        _check_value(fact, literal, vocabularies)
    matches = [(call.variable, call.fact, _pattern(call.pattern)) for call in source.match_calls()]
    return Condition(
        expression, source.facts(), source.words(), tuple(source.has_calls()), matches=tuple(matches)
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition, with the facts that it names and the words that it looks for in them.

    `matches`: variable, fact and pattern of what it matches. CEL compiles every pattern anew for each text,
    which took longer than all else of a decision; so RE2, which CEL uses too, is asked before it.
    """

    expression: Any
    names: tuple[str, ...]
    words: Mapping[str, Sequence[str]]
    has_calls: tuple[HasCall, ...]
    matches: tuple[tuple[str, str, Any], ...] = ()

    def __call__(self, facts: Facts) -> Verdict:
        """An absent fact is a missing variable: in CEL an error, but for `true || …` and `false && …`."""
        asked = {call.variable: call.fact in facts for call in self.has_calls}
        matched = {
            variable: pattern.search(facts[fact]) is not None
            for variable, fact, pattern in self.matches
            if fact in facts
        }
        result = self.expression.eval(data={**facts, **asked, **matched})
        value = result.value()
        if value is True:
            return Verdict(Answer.MATCHED, tuple(self._found(name, facts) for name in self.names))
        read = tuple(FactRead(name, _look_up(name, facts)) for name in self.names)
        if value is False:
            return Verdict(Answer.NOT_MATCHED, read)
        if result.type() != cel.Type.ERROR:
            return Verdict(
                Answer.FAILED, read, f"came to {type_words(result.type().name())}, not to a yes or no"
            )
        if is_of_absence(str(value)):
            return Verdict(Answer.ABSENT, read)
        return Verdict(Answer.FAILED, read, run_error(str(value)))

    def _found(self, name: str, facts: Facts) -> FactRead:
        """A fact with those of the condition's words that stand in it."""
        value = _look_up(name, facts)
        if name not in self.words or not isinstance(value, str):
            return FactRead(name, value)
        found = (word for word in self.words[name] if _begins_a_word(word, value))
        return FactRead(name, value, tuple(islice(found, MOST_WORDS)))


def _begins_a_word(piece: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(piece)}", text, re.IGNORECASE) is not None


def _look_up(name: str, facts: Facts) -> object | None:
    """None when it is absent."""
    if name in FACTS:
        return facts.get(name)
    group, path = group_of(name)
    value: object = facts.get(group)
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


@cache
def _environment(*, is_strict: bool) -> Any:
    """Strict: every number has its type. Else any two numbers can be compared, as they are when it runs."""
    numbers = {FactKind.WHOLE, FactKind.DECIMAL}
    types = {
        name: cel.Type.DYN if fact.kind in numbers and not is_strict else _TYPES[fact.kind]
        for name, fact in FACTS.items()
    }
    asked = {HasCall(0, 0, name).variable: cel.Type.BOOL for name in FACTS}
    matched = {MatchCall(0, 0, "", "", number).variable: cel.Type.BOOL for number in range(MOST_MATCHES)}
    return cel.NewEnv(variables=types | asked | matched)


def _compiled(source: Source) -> Any:
    try:
        return _compile(source, is_strict=True)
    except RuntimeError as problem:
        if not only_mixes_numbers(problem):
            raise compile_error(problem, source) from problem
    try:
        return _compile(source, is_strict=False)
    except RuntimeError as problem:
        raise compile_error(problem, source) from problem


def _compile(source: Source, *, is_strict: bool) -> Any:
    environment = _environment(is_strict=is_strict)
    environment.compile(source.without_has())  # what is wrong with it is told of it as it was written
    return environment.compile(source.without_calls())


def _check_type(expression: Any) -> None:
    came_to = expression.return_type()
    if came_to not in (cel.Type.BOOL, cel.Type.DYN):
        raise ConditionError(f"is {type_words(came_to.name())}, not a question; compare it with something")


def _check_pattern(literal: str | None) -> None:
    if literal is None:
        raise ConditionError('write matches after a text and with one pattern in quotes: x.matches("a|b")')
    came_to = _value_of(f'"".matches({literal})')
    if came_to is not True and came_to is not False:
        words = str(came_to).partition("invalid regular expression: ")[2] or str(came_to)
        raise ConditionError(f"the pattern {literal} cannot be used: {words}")


def _check_value(fact: str, literal: str, vocabularies: Vocabularies) -> None:
    value, known = _value_of(literal), vocabularies.get(fact)
    if known is not None and value not in known:
        raise ConditionError(f'{fact} is never "{value}"; {near(str(value), known)}')


def _pattern(literal: str) -> Any:
    return re2.compile(_value_of(literal))


def _value_of(constant: str) -> object:
    return _environment(is_strict=True).compile(constant).eval().value()
