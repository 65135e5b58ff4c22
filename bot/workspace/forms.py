"""What Slack checks in a modal before it sends it to the bot."""

import re
from typing import Any
from urllib.parse import urlparse

from bot.workspace.conversations import Json
from bot.workspace.elements import MANY, STATEFUL
from bot.workspace.modals import Values

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
REQUIRED = "Please complete this required field."


def errors_in(blocks: list[Json], values: Values) -> dict[str, str]:
    """What is wrong, for each block_id; {} when the form can be sent."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            state = values[block["block_id"]][element["action_id"]]
            error = _error(
                element, state[STATEFUL[element["type"]]], is_optional=block.get("optional", False)
            )
            if error:
                found[block["block_id"]] = error
    return found


def _error(element: Json, value: Any, *, is_optional: bool) -> str:
    if value in (None, "", []):
        return "" if is_optional else REQUIRED
    if element["type"] in MANY:
        return _error_in_choice(element, value)
    return _error_in_text(element, value) if isinstance(value, str) else ""


def _error_in_choice(element: Json, value: list[Any]) -> str:
    most = element.get("max_selected_items") or element.get("max_files")
    return f"Please choose at most {most}." if most and len(value) > most else ""


def _error_in_text(element: Json, value: str) -> str:
    match element["type"]:
        case "email_text_input" if not EMAIL.fullmatch(value):
            return "Please enter a valid email address."
        case "url_text_input" if not urlparse(value).scheme or not urlparse(value).netloc:
            return "Please enter a valid URL."
        case "number_input":
            return _error_in_number(element, value)
        case _:
            return _error_in_length(element, value)


def _error_in_length(element: Json, value: str) -> str:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", len(value)):
        return f"Please enter at most {element['max_length']} characters."
    return ""


def _error_in_number(element: Json, value: str) -> str:
    pattern = r"-?\d+(?:\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a valid number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
