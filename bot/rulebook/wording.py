"""What the schema refuses, as problems: line, entry, what is wrong, what would be right."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.rulebook.catalogue import ForOfferEntry, OfferEntry
from bot.rulebook.playbooks import ForPlaybookEntry, PlaybookEntry
from bot.rulebook.problems import Problem, near
from bot.rulebook.schema import (
    AdminsEntry,
    AssignmentEntry,
    CompensationEntry,
    ForEntry,
    IgnoringRule,
    ImportsEntry,
    OpeningRule,
    PromiseEntry,
    ReviewEntry,
    RulesFile,
    SourceEntry,
    StepEntry,
    StoriesEntry,
    TeamEntry,
    ThemeEntry,
)
from bot.rulebook.tree import Path, Tree

_SINGULAR = {
    "teams": "team",
    "sources": "source",
    "promises": "promise",
    "ladders": "ladder",
    "themes": "theme",
    "playbooks": "playbook",
}
_SHAPES: Mapping[str, type[BaseModel]] = {
    "admins": AdminsEntry,
    "assignment": AssignmentEntry,
    "sources": SourceEntry,
    "teams": TeamEntry,
    "promises": PromiseEntry,
    "for": ForEntry,
    "ladders": StepEntry,
    "opening": OpeningRule,
    "ignoring": IgnoringRule,
    "compensation": CompensationEntry,
    "catalogue": OfferEntry,
    "imports": ImportsEntry,
    "review": ReviewEntry,
    "stories": StoriesEntry,
    "themes": ThemeEntry,
    "playbooks": PlaybookEntry,
}
_FOR: Mapping[type[BaseModel], type[BaseModel]] = {OfferEntry: ForOfferEntry, PlaybookEntry: ForPlaybookEntry}
"""Whose `for` is another than that of promises."""
_SORTS = {
    "string_type": "a text; put it in quotes if it is one",
    "dict_type": "names and values below it, each with more blanks before it",
    "model_type": "names and values below it, each with more blanks before it",
    "list_type": "a list such as [a, b]",
    "int_type": "a whole number",
    "bool_type": "true or false",
}


def problems_of(refused: ValidationError, tree: Tree) -> Iterator[Problem]:
    """One problem for each error, except for those that the reading of the file already told."""
    for error in refused.errors(include_url=False):
        path = _path_of(error)
        is_told = error["type"] == "missing" and path in tree.lines
        if not is_told:
            place = _place_in_words(path, tree, says_which=error["type"] == "wrong")
            yield Problem(_line_of(error, path, tree), place + _words_of(error, path))


def _path_of(error: Any) -> Path:
    """Where it is in the file: without the schema's marks, with the field that a whole entry blames."""
    path = tuple(part for part in error["loc"] if part not in {"opening", "ignoring", "[key]"})
    field = error.get("ctx", {}).get("field")
    return (*path, field) if field else path


def _line_of(error: Any, path: Path, tree: Tree) -> int:
    line = error.get("ctx", {}).get("line")
    return tree.text_line(path, line) if line else tree.line(path)


def _place_in_words(path: Path, tree: Tree, *, says_which: bool) -> str:
    """The entry in the words of the file: "rule 'Late parcel': " or "team 'care': hours: ".

    `says_which`: what follows says of itself which key it is about, as "unknown promise 'gold'" does.
    """
    match path:
        case ("rules", int(number), *rest):
            name = _rule_name(tree, number)
        case (str(section), str(key), *rest) if section in _SINGULAR:
            name = f"{_SINGULAR[section]} '{key}'"
        case (first, *rest):
            name = str(first)
        case _:
            return ""
    keys = [str(part) for part in rest if isinstance(part, str)]
    named = (
        [] if says_which and keys[:1] in (["team"], ["promise"], ["priority"], ["open"], ["ladder"]) else keys
    )
    return "".join(f"{part}: " for part in [name, *named])


def _rule_name(tree: Tree, number: int) -> str:
    rules = tree.root.get("rules")
    rule = rules[number] if isinstance(rules, list) else None
    name = rule.get("name") if isinstance(rule, dict) else None
    return f"rule '{name}'" if name else f"rule {number + 1}"


def _words_of(error: Any, path: Path) -> str:
    context, written = error.get("ctx", {}), error["input"]
    match error["type"]:
        case "wrong":
            return str(context["words"])
        case "missing":
            return "is needed"
        case "extra_forbidden":
            return f"is not known here; {near(str(path[-1]), _keys_at(error['loc']))}"
        case "literal_error":
            return f"is {_as_yaml(written)}; write {_as_yaml(context['expected'])}"
        case "string_pattern_mismatch":
            return "is not a key; write small letters, digits, - and _, such as deliveries"
        case "too_short":
            return "needs at least one entry"
        case "too_long":
            return f"has more than {context['max_length']} entries"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters"
        case "greater_than_equal":
            return f"must be from {context['ge']} to 10,000"
        case "less_than_equal":
            return f"must be at most {context['le']:,}"
        case kind if kind in _SORTS:
            return f"needs {_SORTS[kind]}"
        case _:
            return str(error["msg"])


def _as_yaml(value: object) -> str:
    return str(value).lower() if str(value) in {"True", "False"} else str(value)


def _keys_at(location: Path) -> list[str]:
    """The keys that could stand where the last of this path does."""
    shape: type[BaseModel] = RulesFile
    for part in location[:-1]:
        its_own = _FOR.get(shape) if part == "for" else None
        shape = its_own or _SHAPES.get(str(part), shape)
    return [field.alias or name for name, field in shape.model_fields.items()]
