"""YAML as plain values that remember their lines; what has no place in a rules file is refused."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.rulebook.problems import Problem

Path = tuple[str | int, ...]
"""The keys and places that lead to a value, such as ("rules", 3, "when")."""

Value = str | int | float | bool | list["Value"] | dict[str, "Value"]

LARGEST_FILE = 250_000
DEEPEST = 12
MOST_VALUES = 10_000  # enough for several hundred rules; reading more would hold up everything else
LONGEST_NUMBER = 18  # digits; more have no use here and would be slow to read

_CORE = "tag:yaml.org,2002:"
_BASES = {"0b": 2, "0o": 8, "0x": 16}


class UnreadableError(Exception):
    """A file that is no YAML, or YAML of a kind that is not read here."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.problem = Problem(line, words)


@dataclass(slots=True)
class Tree:
    """A file's values, the line of every one of them, and what was wrong with single ones."""

    root: dict[str, Value] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    first_lines: dict[Path, int] = field(default_factory=dict)  # of the texts whose line breaks are kept
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a value; for one that is not there, that of the entry that lacks it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def text_line(self, path: Path, line: int) -> int:
        """The file's line of a text's given line, from 1; that of its beginning, if the lines were joined."""
        first = self.first_lines.get(path)
        return self.line(path) if first is None else first + line - 1


def read_tree(content: bytes) -> Tree:
    """The values of a rules file. Raises UnreadableError where there is no telling what was meant."""
    text = _decoded(content)
    try:
        _check_events(YAML(typ="safe", pure=True).parse(text))
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as problem:
        raise UnreadableError(_line_of(problem), _yaml_words(problem)) from problem
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise UnreadableError(
            line, f"has a control character ({problem.character!r}); delete it"
        ) from problem
    except (YAMLError, ValueError) as problem:
        raise UnreadableError(0, f"is not YAML: {problem}") from problem
    if not isinstance(node, MappingNode):
        raise UnreadableError(
            1, "needs names and values, such as 'teams:' and what belongs to it, at the top"
        )
    tree = Tree()
    tree.lines[()] = 1
    tree.root = _Reader(tree).mapping(node, ())
    return tree


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise UnreadableError(0, f"has {len(content):,} bytes; {LARGEST_FILE:,} are read at most")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise UnreadableError(line, "is not UTF-8; save the file as UTF-8") from problem
    if not text.strip():
        raise UnreadableError(0, "is empty")
    return text


def _check_events(events: Iterator[Event]) -> None:
    """Refuse, before anything is built, what could be endless, deep, or read as something else."""
    depth = documents = values = 0
    for event in events:
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                documents += 1
                if event.version not in {None, (1, 2)} or event.tags or documents > 1:
                    raise UnreadableError(line, "begins anew; delete this '---', '%YAML' or '%TAG'")
            case AliasEvent():
                raise UnreadableError(line, f"has the alias *{event.anchor}; write out what it stands for")
            case CollectionStartEvent():
                depth += 1
            case CollectionEndEvent():
                depth -= 1
            case ScalarEvent():
                values += 1
        _check_node(event, line)
        if values > MOST_VALUES:
            raise UnreadableError(line, f"has more than {MOST_VALUES:,} values; nothing is read from here on")
        if depth > DEEPEST:
            raise UnreadableError(line, f"is nested more than {DEEPEST} deep")


def _check_node(event: Event, line: int) -> None:
    if isinstance(event, NodeEvent) and event.anchor:
        raise UnreadableError(line, f"has the anchor &{event.anchor}; a name that begins with & needs quotes")
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise UnreadableError(
            line, f"has the type {tag}; write the plain value, in quotes if it begins with !"
        )


def _line_of(problem: MarkedYAMLError) -> int:
    mark = problem.problem_mark or problem.context_mark
    return mark.line + 1 if mark else 0


def _yaml_words(problem: MarkedYAMLError) -> str:
    words = " ".join(str(part) for part in (problem.context, problem.problem) if part)
    hint = "; put a text with ': ', '#' or a special first character in quotes"
    return f"is not YAML here: {' '.join(words.split())}{hint}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Walks the nodes, keeps their lines, notes what is wrong and goes on."""

    tree: Tree

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._key(key_node, line)
            if key is None:
                continue
            if key in values:
                first = self.tree.lines[*path, key]
                self._note(line, f"'{key}' stands here again; it is already in line {first}")
                continue
            self.tree.lines[*path, key] = line
            value = self._value(value_node, (*path, key))
            if value is not None:
                values[key] = value
        return values

    def _key(self, node: Node, line: int) -> str | None:
        if isinstance(node, ScalarNode) and node.tag == f"{_CORE}str":
            return str(node.value)
        shown = node.value if isinstance(node, ScalarNode) else "this"
        self._note(line, f"{shown} is not a name; put it in quotes if it is meant to be one")
        return None

    def _value(self, node: Node, path: Path) -> Value | None:
        """None for what was noted as wrong."""
        match node:
            case MappingNode():
                return self.mapping(node, path)
            case SequenceNode():
                return self._sequence(node, path)
            case ScalarNode():
                return self._scalar(node, path)
            case _:
                raise TypeError(f"YAML has no {type(node).__name__}")

    def _sequence(self, node: SequenceNode, path: Path) -> list[Value]:
        values: list[Value] = []
        for item in node.value:
            place = (*path, len(values))
            self.tree.lines[place] = item.start_mark.line + 1
            value = self._value(item, place)
            if value is not None:
                values.append(value)
        return values

    def _scalar(self, node: ScalarNode, path: Path) -> Value | None:
        line, text = node.start_mark.line + 1, str(node.value)
        match str(node.tag).removeprefix(_CORE):
            case "bool":
                return text.lower() == "true"
            case "int":
                return self._number(text, line, whole=True)
            case "float":
                return self._number(text, line, whole=False)
            case "null":
                self._note(
                    self.tree.line(path),
                    f"{_name(path)} has no value; a text that begins with # needs quotes",
                )
                return None
        self.tree.lines[path] = line
        if node.style == "|":
            self.tree.first_lines[path] = line + 1
        return text

    def _number(self, text: str, line: int, *, whole: bool) -> Value | None:
        digits = text.replace("_", "").lower()
        if len(digits) > LONGEST_NUMBER:
            self._note(
                line, f"{text[:LONGEST_NUMBER]}… is too long for a number; put it in quotes if it is a text"
            )
            return None
        if whole:
            return int(digits, _BASES.get(digits.lstrip("+-")[:2], 10))
        number = float(digits.replace(".inf", "inf").replace(".nan", "nan"))
        if not math.isfinite(number):
            self._note(line, f"{text} is not a number that can be counted with")
            return None
        return number

    def _note(self, line: int, words: str) -> None:
        self.tree.problems.append(Problem(line, words))


def _name(path: Path) -> str:
    names = [str(part) for part in path if isinstance(part, str)]
    return f"'{names[-1]}'" if names else "this"
