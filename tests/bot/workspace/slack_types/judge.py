"""What the official types of Slack say to a message or a view."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

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


def _told(error: Any) -> str:
    deepest = best_match([error])
    place = "/".join(str(step) for step in deepest.absolute_path)
    return f"{deepest.message[:300]} [{place}]"
