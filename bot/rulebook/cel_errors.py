"""What CEL says of a condition, in the words of somebody who writes rules."""

import re

from bot.rulebook.problems import near
from bot.rulebook.tokens import Source
from models.policies.rules import FACTS

PIECE = 70
"""How much of a condition is shown around what is wrong with it."""

DEEPEST = 32  # CEL's own limit

FUNCTIONS = ("contains", "startsWith", "endsWith", "matches", "size", "has", "in", "double", "int", "string")
TYPES = {
    "string": "a text",
    "int": "a whole number",
    "int64": "a whole number",
    "double": "a decimal number",
    "bool": "a yes or no",
    "null": "nothing",
    "null_type": "nothing",
    "list": "a list",
    "map": "a group of attributes",
}

_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_COMPARISON = r"_<_|_<=_|_>_|_>=_|_==_|_!=_|@in"
_MIXED_NUMBERS = re.compile(
    rf"found no matching overload for '(?:{_COMPARISON})' applied to "
    r"'\((?:double, int|int, double|double, list\(int\)|int, list\(double\))\)'"
)


class ConditionError(ValueError):
    """A condition that cannot be used; `line` counts from its own first line, 1."""

    def __init__(self, words: str, line: int = 1) -> None:
        super().__init__(words)
        self.words = words
        self.line = line


def only_mixes_numbers(problem: RuntimeError) -> bool:
    """Whether CEL refuses nothing but to compare whole and decimal numbers, as in `stars <= 2` for 2.0."""
    errors = [words for _, _, words in _ERROR.findall(str(problem))]
    return bool(errors) and all(_MIXED_NUMBERS.match(words) for words in errors)


def is_of_absence(error: str) -> bool:
    """Whether a run came to nothing because a fact is not there."""
    return "No value with name" in error or "Key not found in map" in error


def compile_error(problem: RuntimeError, source: Source) -> ConditionError:
    """All that CEL refuses, and the place of the first."""
    errors = _ERROR.findall(str(problem))
    if "recursion" in str(problem):
        return ConditionError(f"is nested too deeply; {DEEPEST} levels at most")
    if not errors:
        return ConditionError(" ".join(str(problem).split()))
    line, column = (max(int(place), 1) for place in errors[0][:2])
    words = "; ".join(dict.fromkeys(_words_of(words, source) for _, _, words in _telling(errors)))
    lines = source.text.splitlines() or [""]
    start = max(column - PIECE // 2, 0)
    piece = lines[min(line, len(lines)) - 1][start : start + PIECE].strip()
    return ConditionError(f"{words}, in: {piece}" if piece else words, line)


def _telling(errors: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """All errors, or the first alone where the rest only follow from it: nothing can be read after it."""
    return errors[:1] if errors[0][2].startswith("Syntax error") else errors


def run_error(error: str) -> str:
    """Why a run came to nothing although every fact is there."""
    words = error.partition(": ")[2]
    if found := re.match(r"No matching overloads found : ([^(]+)\((.*)\)", words):
        return _overload_words(found[1], found[2])
    return words


def type_words(name: str) -> str:
    """CEL's name of a type, such as int, in words."""
    return TYPES.get(re.split(r"\W", name.lower())[0], name)


def _words_of(error: str, source: Source) -> str:
    error = error.removesuffix(" [INVALID_ARGUMENT]")
    if found := re.match(r"undeclared reference to '([^']*)'", error):
        return _unknown_words(found[1], source)
    if found := re.match(r"found no matching overload for '([^']*)' applied to '\(?(.*?)\)?'$", error):
        return _overload_words(found[1], found[2])
    if error.startswith("Syntax error"):
        return _syntax_words(error, source)
    return error


def _unknown_words(name: str, source: Source) -> str:
    group, _, rest = name.partition(".")
    in_group = [fact for fact in FACTS if fact.startswith(f"{group}.")]
    if in_group:
        return f"unknown fact '{name}'; {near(name, in_group)}"
    if re.search(rf"\b{re.escape(name)}\s*\(", source.text):
        return f"unknown function '{name}'; {near(name, FUNCTIONS)}"
    same_ending = [fact for fact in FACTS if fact.endswith(f".{rest or group}")]
    hint = f"did you mean {' or '.join(same_ending)}?" if same_ending else near(name, FACTS)
    return f"unknown fact '{name}'; {hint}"


def _overload_words(function: str, types: str) -> str:
    kinds = [kind.strip() for kind in re.sub(r"\([^()]*\)", "", types).split(",")]
    hint = "; write 2.0 for 2" if set(kinds) == {"double", "int"} else ""
    return f"'{function.strip('_@')}' does not go with {' and '.join(map(type_words, kinds))}{hint}"


def _syntax_words(error: str, source: Source) -> str:
    written = {token.text for token in source.tokens}
    hint = ""
    if written & {"and", "or", "not", "AND", "OR", "NOT"}:
        hint = "; write && for and, || for or, ! for not"
    elif "=" in written:
        hint = "; write == to compare"
    elif "\\" in source.text:
        hint = "; in quotes write every \\ twice, or put r before the quotes"
    what = re.sub(r" expecting .*", "", error.removeprefix("Syntax error: "))
    return f"cannot be read: {what}{hint}"
