"""What stands in one row, by column: the cells of a CSV, or the values of a JSON object."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from bot.sources.files.layout import Layout
from bot.sources.files.limits import LONGEST_CELL, LONGEST_ROW
from bot.sources.files.records import Record, split_row
from bot.sources.files.refusals import Unusable
from models.policies.intake import clean_text

# What a file's own accidents leave in a text, and a terminal would obey.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Listed(str):
    """A JSON list as text; fit for an attribute, not for a field."""

    __slots__ = ()


def csv_values(record: Record, layout: Layout) -> dict[str, Any]:
    """A row's cells by the heading above them; raises Unusable."""
    if record.swallowed is not None:
        raise Unusable(
            f"A quotation mark opens here and is never closed: {record.swallowed} more lines were not read."
        )
    if not record.is_whole:
        raise Unusable(f"The row is longer than {LONGEST_ROW:,} characters.")
    heading = layout.heading
    cells = split_row(record.raw, heading.delimiter)
    wanted = len(heading.names)
    if len(cells) < wanted or any(cells[wanted:]):
        raise Unusable(f"{len(cells)} cells where the heading has {wanted}.")
    return {name: _usable(name, cell) for name, cell in zip(heading.names, cells, strict=False) if name}


def json_values(record: Record) -> dict[str, Any]:
    """A line's values by their path: {"author": {"name": "Ida"}} becomes {"author.name": "Ida"}."""
    if not record.is_whole:
        raise Unusable(f"The line is longer than {LONGEST_ROW:,} characters.")
    try:
        found = json.loads(record.raw.strip("\ufeff\r\n"), parse_constant=_refuse, parse_float=_finite)
        if not isinstance(found, dict):
            raise Unusable("The line is JSON, but not an object in braces.")
        return {name: _usable(name, value) for name, value in _flat(found)}
    except json.JSONDecodeError as broken:
        raise Unusable(f"Not JSON: {broken.msg}, at character {broken.pos + 1}.") from broken
    except ValueError as number:
        raise Unusable("Not JSON that can be kept: a number in it is not finite or too long.") from number
    except RecursionError as deep:
        raise Unusable("The JSON is nested too deeply.") from deep


def clean(text: str) -> str:
    """The text without what cannot be stored, and without control characters."""
    return text if text.isprintable() else _CONTROLS.sub("", clean_text(text))


def _flat(found: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield clean(f"{prefix}{name}"), value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _usable(name: str, value: Any) -> Any:
    """A scalar; a list becomes its JSON, because an attribute is one value."""
    match value:
        case str():
            if len(value) > LONGEST_CELL:
                raise Unusable(f"{name!r} is longer than {LONGEST_CELL:,} characters.")
            return clean(value)
        case list():
            return Listed(clean(json.dumps(value, ensure_ascii=False)))
        case _:
            return value
