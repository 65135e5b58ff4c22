"""What stands in a condition: CEL shows no syntax tree from here, so its tokens are read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.policies.rules import FACTS, GROUPS, FactKind

SHORTEST = 3
"""Letters of a pattern that are too few to tell a reader anything."""

MOST_MATCHES = 30
"""Matches of one condition that have a variable of their own; CEL does the rest itself."""

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\n]*)
    | (?P<text>[rR][bB]?(?:'''[\s\S]*?'''|\"""[\s\S]*?\"""|'[^'\n]*'|"[^"\n]*")
        |[bB]?(?:'''(?:\\[\s\S]|[^\\])*?'''|\"""(?:\\[\s\S]|[^\\])*?\"""
        |'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
    | (?P<name>[A-Za-z_]\w*(?:\s*\.\s*(?:[A-Za-z_]\w*|`[^`\n]+`))*)
    | (?P<number>\d[\w.]*)
    | (?P<sign>==|!=|<=|>=|&&|\|\||\S)
    """,
    re.VERBOSE,
)
_PIECE = re.compile(rf"[^\W\d_]{{{SHORTEST},}}(?:[ '-][^\W\d_]+)*|[^\W\d_]+(?:[ '-][^\W\d_]+)+")
_ESCAPED = re.compile(r"\\+[a-zA-Z]|\(\?\w+\)")  # \b, (?i)
_SEARCHES = {"matches", "contains", "startsWith", "endsWith"}


@dataclass(frozen=True, slots=True)
class Token:
    """A name with its dots, a quoted text with its quotes, a number or a sign."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HasCall:
    """Where has(fact) stands."""

    start: int
    end: int
    fact: str

    @property
    def variable(self) -> str:
        """What stands for it in CEL: as many characters, so that places in errors stay right."""
        return f"has_{self.fact.replace('.', '_')}_"


@dataclass(frozen=True, slots=True)
class MatchCall:
    """Where fact.matches("a pattern") stands, the how many-th of its condition; the pattern in its quotes."""

    start: int
    end: int
    fact: str
    pattern: str
    number: int

    @property
    def variable(self) -> str:
        """What stands for it in CEL; shorter than what it replaces."""
        return f"match_{self.number}_"


@dataclass(frozen=True)
class Source:
    """A condition as it was written."""

    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """Without comments; names without blanks around their dots."""
        found = ((match.lastgroup or "", match) for match in _TOKEN.finditer(self.text))
        return [
            Token(kind, re.sub(r"[\s`]", "", match[0]) if kind == "name" else match[0], *match.span())
            for kind, match in found
            if kind != "comment"
        ]

    def facts(self) -> tuple[str, ...]:
        """The facts that it names, in order, each once; attributes by their own names."""
        named = (self._fact_at(place) for place in range(len(self.tokens)))
        return tuple(dict.fromkeys(name for name in named if name))

    def words(self) -> dict[str, tuple[str, ...]]:
        """The words, or a few in a row, that it looks for, by the fact in which it does; longest first."""
        words: dict[str, dict[str, None]] = {}
        for place in range(len(self.tokens)):
            fact = self._fact_at(place)
            if fact and self._is_call(place, _SEARCHES) and self._is(place + 2, "text"):
                plain = _ESCAPED.sub(" ", _unquoted(self.tokens[place + 2].text))
                words.setdefault(fact, {}).update(dict.fromkeys(_PIECE.findall(plain)))
        return {fact: tuple(sorted(found, key=len, reverse=True)) for fact, found in words.items()}

    def patterns(self) -> Iterator[str | None]:
        """What each `matches` is given: a text in its quotes; None for anything else."""
        for place, token in enumerate(self.tokens):
            if self._is_call(place, {"matches"}):
                is_quoted = self._is(place + 2, "text") and self._sign(place + 3) == ")"
                yield self.tokens[place + 2].text if is_quoted and token.text != "matches" else None

    def comparisons(self) -> Iterator[tuple[str, str]]:
        """Every fact that is compared with a quoted text by ==, !=, in [...] or "…" in it, and that text."""
        for place in range(len(self.tokens)):
            fact = self._fact_at(place)
            if fact is None:
                continue
            if self._sign(place + 1) in {"==", "!="} and self._is(place + 2, "text"):
                yield fact, self.tokens[place + 2].text
            if self._sign(place - 1) in {"==", "!=", "in"} and self._is(place - 2, "text"):
                yield fact, self.tokens[place - 2].text
            if self._sign(place + 1) == "in" and self._sign(place + 2) == "[":
                yield from ((fact, text) for text in self._texts_from(place + 3))

    def has_calls(self) -> list[HasCall]:
        """Every has(fact) of a fact that is not an attribute."""
        return [
            HasCall(self.tokens[place].start, self.tokens[place + 3].end, self.tokens[place + 2].text)
            for place in range(len(self.tokens) - 3)
            if self._is_call(place, {"has"})
            and self.tokens[place + 2].text in FACTS
            and self._sign(place + 3) == ")"
        ]

    def match_calls(self) -> list[MatchCall]:
        """The first of its fact.matches("a pattern"), of facts that are texts."""
        places = [place for place in range(len(self.tokens)) if self._is_match_of_a_fact(place)]
        return [
            MatchCall(
                self.tokens[place].start,
                self.tokens[place + 3].end,
                self._fact_at(place) or "",
                self.tokens[place + 2].text,
                number,
            )
            for number, place in enumerate(places[:MOST_MATCHES])
        ]

    def without_has(self) -> str:
        """The same text with a variable for every has(fact).

        CEL's own has() needs a fact to be a field of another; ours are variables with dots in their names.
        """
        return _with_variables(self.text, self.has_calls())

    def without_calls(self) -> str:
        """The same with a variable for every match as well."""
        return _with_variables(self.text, [*self.has_calls(), *self.match_calls()])

    def _is_match_of_a_fact(self, place: int) -> bool:
        fact = self._fact_at(place)
        is_text = fact is not None and fact in FACTS and FACTS[fact].kind is FactKind.TEXT
        is_direct = self._is(place, "name") and self.tokens[place].text == f"{fact}.matches"
        return is_text and is_direct and self._is(place + 2, "text") and self._sign(place + 3) == ")"

    def _fact_at(self, place: int) -> str | None:
        if not self._is(place, "name"):
            return None
        parts = self.tokens[place].text.split(".")
        if self._sign(place + 1) == "(":
            parts = parts[:-1]
        for group in GROUPS:
            depth = group.count(".") + 1
            if ".".join(parts[:depth]) == group:
                return ".".join(parts) if len(parts) > depth else self._attribute_at(place, group)
        name = ".".join(parts[:2])
        return name if name in FACTS else None

    def _attribute_at(self, place: int, group: str) -> str:
        """The name of attributes["this"], or that of all of them."""
        if self._sign(place + 1) == "[" and self._is(place + 2, "text") and self._sign(place + 3) == "]":
            return f"{group}.{_unquoted(self.tokens[place + 2].text)}"
        return group

    def _texts_from(self, place: int) -> Iterator[str]:
        while self._is(place, "text"):
            yield self.tokens[place].text
            place += 2

    def _is_call(self, place: int, functions: set[str]) -> bool:
        is_named = self._is(place, "name") and self.tokens[place].text.split(".")[-1] in functions
        return is_named and self._sign(place + 1) == "("

    def _is(self, place: int, kind: str) -> bool:
        return 0 <= place < len(self.tokens) and self.tokens[place].kind == kind

    def _sign(self, place: int) -> str:
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""


def _with_variables(text: str, calls: Sequence[HasCall | MatchCall]) -> str:
    for call in calls:
        text = text[: call.start] + call.variable.ljust(call.end - call.start) + text[call.end :]
    return text


def _unquoted(text: str) -> str:
    return text.lstrip("rRbB").strip("'\"")
