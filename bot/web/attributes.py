"""Whatever else a source tells: one flat list of names and values, of a size that is bounded."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator

from models.policies.intake import clean_text

LONGEST_NAME = 200
LONGEST_VALUE = 5_000
MOST_VALUES = 100
DEEPEST = 8
LARGEST_WHOLE_NUMBER = 2**63 - 1
"""A condition in rules.yaml can read no larger one."""

Attribute = str | int | float | bool


def _flat(said: Any) -> Any:
    """{"order": {"total": 5}} is {"order.total": 5}, as in an imported file; null is not there at all."""
    if not isinstance(said, dict):
        return {} if said is None else said
    flat: dict[str, Attribute] = {}
    for name, value in _leaves(said):
        if name in flat:
            raise ValueError(f"{name!r} is there twice")
        flat[name] = value
        if len(flat) > MOST_VALUES:
            raise ValueError(f"must hold at most {MOST_VALUES} values")
    return flat


def _leaves(said: dict[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, Attribute]]:
    for own_name, value in said.items():
        name = prefix + clean_text(own_name)
        if len(name) > LONGEST_NAME:
            raise ValueError(f"{name[:40]!r}… is a name of more than {LONGEST_NAME} characters")
        if not isinstance(value, dict):
            yield from _leaf(name, value)
        elif depth < DEEPEST:
            yield from _leaves(value, f"{name}.", depth + 1)
        else:
            raise ValueError(f"{name!r} is nested more than {DEEPEST} deep")


def _leaf(name: str, value: Any) -> Iterator[tuple[str, Attribute]]:
    match value:
        case None:
            return
        case str() | list():
            words = clean_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            if len(words) > LONGEST_VALUE:
                raise ValueError(f"{name!r} is longer than {LONGEST_VALUE:,} characters")
            yield name, words
        case int() if abs(value) > LARGEST_WHOLE_NUMBER:
            yield name, str(value)
        case _:
            yield name, value


Attributes = Annotated[dict[str, Attribute], BeforeValidator(_flat)]
"""By their names. A list is its JSON, a whole number beyond 64 bits its digits."""
