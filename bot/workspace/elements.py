"""The interactive elements of Block Kit: where they stand, what they start with, what choosing does."""

from collections.abc import Iterator
from typing import Any

from bot.workspace.conversations import Json

STATEFUL: dict[str, str] = {
    "plain_text_input": "value",
    "rich_text_input": "rich_text_value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Elements that hold something, and under which name their state has it."""

INITIAL: dict[str, str] = {
    "plain_text_input": "initial_value",
    "rich_text_input": "initial_value",
    "email_text_input": "initial_value",
    "url_text_input": "initial_value",
    "number_input": "initial_value",
    "static_select": "initial_option",
    "external_select": "initial_option",
    "radio_buttons": "initial_option",
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "multi_static_select": "initial_options",
    "multi_external_select": "initial_options",
    "checkboxes": "initial_options",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
}
MANY = frozenset(kind for kind in STATEFUL if kind.startswith("multi_")) | {"checkboxes", "file_input"}
LISTED = frozenset({"static_select", "multi_static_select", "checkboxes", "radio_buttons", "overflow"})
SEARCHED = frozenset({"external_select", "multi_external_select"})
PRESSED = frozenset({"button", "workflow_button", "icon_button"})


def elements_of(block: Json) -> Iterator[Json]:
    """Every interactive element of a block, also inside a container."""
    if "accessory" in block:
        yield block["accessory"]
    if "element" in block:
        yield block["element"]
    if block["type"] in ("actions", "context_actions"):
        yield from block["elements"]
    for inner in block.get("child_blocks", ()):
        yield from elements_of(inner)


def blocks_within(blocks: list[Json]) -> Iterator[Json]:
    """These blocks, and those inside containers."""
    for block in blocks:
        yield block
        yield from blocks_within(block.get("child_blocks", []))


def input_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element that holds something, with its block."""
    for block in blocks_within(blocks):
        if "child_blocks" not in block:
            yield from ((block, element) for element in elements_of(block) if element["type"] in STATEFUL)


def find_element(blocks: list[Json], block_id: str | None, action_id: str) -> tuple[Json, Json] | None:
    """The element with this action_id, in the named block or in the first that has one."""
    for block in blocks_within(blocks):
        if "child_blocks" in block or (block_id and block.get("block_id") != block_id):
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    return None


def initial_state(element: Json) -> Json:
    """What an element holds before anybody touched it."""
    kind = element["type"]
    empty: Any = [] if kind in MANY else None
    return {"type": kind, STATEFUL[kind]: element.get(INITIAL.get(kind, ""), empty)}


def options_of(element: Json) -> list[Json]:
    """Every option that an element lists, in groups or not."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def chosen_state(element: Json, value: Any, offered: list[Json]) -> Json:
    """The element's state once a person chose `value`; `offered` are the options that they could choose.

    Raises KeyError when the value is not among the options.
    """
    kind = element["type"]
    if value in (None, "", []):
        return {"type": kind, STATEFUL[kind]: [] if kind in MANY else None}
    if kind in LISTED or kind in SEARCHED:
        by_value = {option["value"]: option for option in offered}
        chosen = [by_value[one] for one in value] if kind in MANY else by_value[value]
        return {"type": kind, STATEFUL[kind]: chosen}
    return {"type": kind, STATEFUL[kind]: _as_kept(kind, value)}


def _as_kept(kind: str, value: Any) -> Any:
    match kind:
        case "datetimepicker":
            return int(value)
        case "rich_text_input" if isinstance(value, str):
            section = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
            return {"type": "rich_text", "elements": [section]}
        case _ if kind in MANY:
            return list(value)
        case _:
            return str(value) if not isinstance(value, dict) else value
