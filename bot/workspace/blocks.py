"""Checks blocks, attachments and views as Slack does, and completes them as Slack does."""

from typing import Any

from bot.workspace.clock import Ids
from bot.workspace.conversations import Json
from bot.workspace.elements import blocks_within, elements_of
from bot.workspace.errors import SlackError
from bot.workspace.limits import (
    ATTACHMENTS,
    CHARTS_IN_MESSAGE,
    DATA_TABLE_CHARACTERS,
    MARKDOWN_TOTAL,
    MESSAGE_BLOCKS_TOTAL,
    OPTION_GROUPS,
    OPTIONS,
)
from bot.workspace.shapes import ByType, Findings, ListOf, Shape
from bot.workspace.surface_shapes import MESSAGE_BLOCKS, VIEWS
from bot.workspace.text_shapes import OPTION_GROUP, PLAIN_OPTION

APART = frozenset({"data_table", "table", "data_visualization"})
"""Blocks with limits of their own, whose words do not count into a message's total."""

SUGGESTED = Shape(
    {"options": ListOf(PLAIN_OPTION, OPTIONS), "option_groups": ListOf(OPTION_GROUP, OPTION_GROUPS)}
)


def checked_message_blocks(blocks: Any, ids: Ids) -> list[Json]:
    """The blocks of a message, completed; raises SlackError with what is wrong where."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    found = Findings(ids)
    whole: list[Json] = MESSAGE_BLOCKS.check(blocks, "/blocks", found)
    if not found.messages:
        _check_block_ids(whole, "/blocks", found)
        _check_totals(whole, found)
    if found.messages:
        raise SlackError("invalid_blocks", found.messages, errors=found.messages)
    if characters_in([block for block in whole if block["type"] not in APART]) > MESSAGE_BLOCKS_TOTAL:
        raise SlackError("msg_blocks_too_long")
    return whole


def checked_attachments(attachments: Any, ids: Ids) -> list[Json]:
    """The attachments of a message, their blocks checked."""
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [_attachment(one, place, ids) for place, one in enumerate(attachments, start=1)]


def checked_view(view: Any, kind: str, ids: Ids) -> Json:
    """A view, completed; raises SlackError(invalid_arguments) with what is wrong where."""
    found = Findings(ids)
    whole: Json = ByType(VIEWS[kind]).check(view, "/view", found)
    if not found.messages:
        _check_block_ids(whole["blocks"], "/view/blocks", found)
        _check_focus(whole["blocks"], found)
    if found.messages:
        schema = "failed to match all allowed schemas [json-pointer:/view]"
        raise SlackError("invalid_arguments", [schema, *found.messages])
    return whole


def checked_options(answer: Any, ids: Ids) -> Json:
    """What the bot offers in an external select; raises SlackError when it cannot be shown."""
    found = Findings(ids)
    whole: Json = SUGGESTED.check(answer, "", found)
    if found.messages:
        raise SlackError("invalid_arguments", found.messages)
    return whole


def characters_in(value: Any) -> int:
    """How many characters a person reads in these blocks."""
    if isinstance(value, list):
        return sum(characters_in(one) for one in value if isinstance(one, dict | list))
    total = 0
    for name, one in value.items():
        if isinstance(one, str):
            total += len(one) if name == "text" else 0
        elif isinstance(one, dict | list):
            total += characters_in(one)
    return total


def _attachment(attachment: Json, place: int, ids: Ids) -> Json:
    whole = {**attachment, "id": place}
    if "blocks" in attachment:
        whole["blocks"] = checked_message_blocks(attachment["blocks"], ids)
    whole.setdefault("fallback", attachment.get("text") or "[no preview available]")
    return whole


def _check_block_ids(blocks: list[Json], path: str, found: Findings) -> None:
    seen: set[str] = set()
    for place, block in enumerate(blocks_within(blocks)):
        block_id = block["block_id"]
        if block_id in seen:
            found.add(f'`block_id` "{block_id}" already exists', f"{path}/{place}/block_id")
        seen.add(block_id)


def _check_totals(blocks: list[Json], found: Findings) -> None:
    charts = [block for block in blocks if block["type"] == "data_visualization"]
    if len(charts) > CHARTS_IN_MESSAGE:
        found.add(f"no more than {CHARTS_IN_MESSAGE} data_visualization blocks allowed", "/blocks")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_TOTAL:
        found.add(f"must be less than {MARKDOWN_TOTAL + 1} characters", "/blocks")
    tables = [block for block in blocks if block["type"] == "data_table"]
    if characters_in(tables) > DATA_TABLE_CHARACTERS:
        found.add(f"must be less than {DATA_TABLE_CHARACTERS + 1} characters", "/blocks")


def _check_focus(blocks: list[Json], found: Findings) -> None:
    focused = [element for block in blocks for element in elements_of(block) if element.get("focus_on_load")]
    if len(focused) > 1:
        found.add("only one element can have `focus_on_load` set to true", "/view/blocks")
