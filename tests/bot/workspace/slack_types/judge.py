"""What the official types of Slack say to a message or a view."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator, ValidationError, ValidationErrorKind

SCHEMA = Path(__file__).parent / "schema.json"


def type_errors(surface: str, body: dict[str, Any]) -> list[str]:
    """What is wrong with a `message`, a `modal` or a `home`; charts are left out, the types lack them."""
    judged = {**body, "blocks": [block for block in body.get("blocks", []) if not _is_unknown(block)]}
    return [_told(error) for error in _judge(surface).iter_errors(judged)]


@cache
def _judge(surface: str) -> Draft7Validator:
    whole = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft7Validator({**whole["properties"][surface], "definitions": whole["definitions"]})


def _is_unknown(block: dict[str, Any]) -> bool:
    return block.get("type") == "data_visualization"


def _told(error: ValidationError) -> str:
    """Of a block that is none of the kinds there are, what it lacks of the kind that it comes nearest to."""
    while kinds := _kinds(error):
        error = min(kinds, key=_strangeness)[0]
    return f"{error.message[:300]} [{'/'.join(map(str, error.instance_path))}]"


def _kinds(error: ValidationError) -> list[list[ValidationError]]:
    """What is lacking of each kind that it could have been."""
    return list(filter(None, error.kind.context)) if isinstance(error.kind, ValidationErrorKind.AnyOf) else []


def _strangeness(lacking: list[ValidationError]) -> int:
    """How often what lacks this says itself that it is of another kind."""
    return sum(
        min(map(_strangeness, _kinds(each)), default=int(each.instance_path[-1:] == ["type"]))
        for each in lacking
    )
