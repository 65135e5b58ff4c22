"""The grammar in which block_shapes.py says what Slack takes, and the checking of values against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.workspace.clock import Ids
from bot.workspace.conversations import Json


@dataclass(slots=True)
class Findings:
    """What was wrong so far, in Slack's words, each with the place where it is."""

    ids: Ids
    messages: list[str] = field(default_factory=list)

    def add(self, message: str, path: str) -> None:
        """Note one thing that is wrong."""
        self.messages.append(f"{message} [json-pointer:{path}]")


class Rule(Protocol):
    """Checks one value, and completes it as Slack does."""

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The value as Slack keeps it; what is wrong goes into `found`."""


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that is not looked at."""

    def check(self, value: Any, path: str, found: Findings) -> Any:  # noqa: ARG002
        """The value itself."""
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """A text of some length; `most` None leaves it open."""

    most: int | None = None
    least: int = 0

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The text itself."""
        if not isinstance(value, str):
            found.add("must provide a string", path)
        elif self.most is not None and len(value) > self.most:
            found.add(f"must be less than {self.most + 1} characters", path)
        elif len(value) < self.least:
            found.add(f"must be more than {self.least - 1} characters", path)
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The flag itself."""
        if not isinstance(value, bool):
            found.add("must provide a boolean", path)
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two bounds, both included; None leaves an end open."""

    least: float | None = None
    most: float | None = None
    is_whole: bool = True

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The number itself."""
        kinds = (int,) if self.is_whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            found.add("must provide an integer" if self.is_whole else "must provide a number", path)
        elif self.least is not None and value < self.least:
            found.add(f"must be greater than {self.least - 1}", path)
        elif self.most is not None and value > self.most:
            found.add(f"must be less than {self.most + 1}", path)
        return value


@dataclass(frozen=True, slots=True)
class Positive:
    """A number above zero."""

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The number itself."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.add("must provide a number", path)
        elif value <= 0:
            found.add("must be greater than 0", path)
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: frozenset[str]

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The word itself."""
        if not isinstance(value, str):
            found.add("must provide a string", path)
        elif value not in self.words:
            found.add(f"must be one of: {', '.join(sorted(self.words))}", path)
        return value


@dataclass(frozen=True, slots=True)
class Matching:
    """A text of a certain form, such as a date."""

    is_right: Callable[[str], bool]

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The text itself."""
        if not isinstance(value, str):
            found.add("must provide a string", path)
        elif not self.is_right(value):
            found.add("failed to match schema", path)
        return value


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values that all follow one rule."""

    rule: Rule
    most: int | None = None
    least: int = 0

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The list with its values completed."""
        if not isinstance(value, list):
            found.add("must provide an array", path)
            return value
        if self.most is not None and len(value) > self.most:
            found.add(f"no more than {self.most} items allowed", path)
        if len(value) < self.least:
            found.add(f"must provide at least {self.least} items", path)
        return [self.rule.check(one, f"{path}/{place}", found) for place, one in enumerate(value)]


Extra = Callable[[Json, str, Findings], None]
"""A check of an object that no single field can make."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the rule of each field, those that must be there, and what Slack fills in."""

    fields: Mapping[str, Rule]
    needed: tuple[str, ...] = ()
    filled: Mapping[str, Any] = field(default_factory=dict)
    given_ids: Mapping[str, str] = field(default_factory=dict)
    """Fields that get an id when they are left out, with the letters that it begins with."""
    extras: tuple[Extra, ...] = ()

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The object completed."""
        if not isinstance(value, dict):
            found.add("must provide an object", path)
            return value
        before = len(found.messages)
        for name in self.needed:
            if name not in value:
                found.add(f"missing required field: {name}", path)
        whole = {name: self._field(name, one, path, found) for name, one in value.items()}
        for name, one in self.filled.items():
            whole.setdefault(name, one)
        for name, prefix in self.given_ids.items():
            whole[name] = whole.get(name) or found.ids.next(prefix)
        if len(found.messages) == before:
            for extra in self.extras:
                extra(whole, path, found)
        return whole

    def _field(self, name: str, value: Any, path: str, found: Findings) -> Any:
        rule = self.fields.get(name)
        if rule is None:
            found.add(f"invalid additional property: {name}", path)
            return value
        return rule.check(value, f"{path}/{name}", found)


@dataclass(frozen=True, slots=True)
class ByType:
    """An object whose `type` says which shape it has."""

    shapes: Mapping[str, Rule]

    def check(self, value: Any, path: str, found: Findings) -> Any:
        """The object completed by its shape."""
        if not isinstance(value, dict):
            found.add("must provide an object", path)
            return value
        kind = value.get("type")
        if kind is None:
            found.add("missing required field: type", path)
            return value
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            found.add(f"unsupported type: {kind}", f"{path}/type")
            return value
        return shape.check(value, path, found)
