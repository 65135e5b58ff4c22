"""What one part of rules.yaml needs to know of another; read from the values as written, right or wrong."""

from collections.abc import Iterator

from bot.rulebook.fields import Names
from bot.rulebook.problems import Problem
from bot.rulebook.tree import Path, Tree, Value
from models.vocabulary import SentimentLabel


def names_in(tree: Tree) -> Names:
    """The names that entries may use of others."""
    time_zone = tree.root.get("time_zone")
    return Names(
        teams=tuple(_section(tree, "teams")),
        promises=tuple(_section(tree, "promises")),
        ladders=tuple(_section(tree, "ladders")),
        time_zone=time_zone if isinstance(time_zone, str) else "UTC",
        vocabularies={
            "feedback.source": tuple(_section(tree, "sources")),
            "sentiment.label": tuple(SentimentLabel),
            "themes": tuple(_section(tree, "themes")),
        },
    )


def problems_across(tree: Tree) -> Iterator[Problem]:
    """Rules of one name, teams in one channel, rules that are never asked."""
    rules = tree.root.get("rules")
    numbers = range(len(rules)) if isinstance(rules, list) else range(0)
    yield from _same(tree, [("rules", number, "name") for number in numbers], "the rule")
    yield from _same(tree, [("teams", key, "channel") for key in _section(tree, "teams")], "the team")
    yield from _same(
        tree, [("sources", key, "slack_channel") for key in _section(tree, "sources")], "the source"
    )
    for number in numbers[:-1]:
        when = _at(tree, ("rules", number, "when"))
        if str(when).strip().lower() == "true":
            words = "this rule takes everything, and the rules after it are never asked; put it last"
            yield Problem(tree.line(("rules", number, "when")), words)


def _same(tree: Tree, paths: list[Path], what: str) -> Iterator[Problem]:
    first_lines: dict[str, int] = {}
    for path in paths:
        value, line = _at(tree, path), tree.line(path)
        if isinstance(value, str) and first_lines.setdefault(value, line) != line:
            yield Problem(
                line, f"the {path[-1]} '{value}' is that of {what} in line {first_lines[value]} too"
            )


def _section(tree: Tree, name: str) -> dict[str, Value]:
    section = tree.root.get(name)
    return section if isinstance(section, dict) else {}


def _at(tree: Tree, path: Path) -> Value | None:
    value: Value | None = tree.root
    for part in path:
        match value, part:
            case dict(), str():
                value = value.get(part)
            case list(), int():
                value = value[part]
            case _:
                return None
    return value
