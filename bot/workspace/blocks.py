"""Checks blocks, attachments and views as Slack does, and completes them as Slack does."""

from typing import Any

from bot.workspace.clock import Ids
from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError


def checked_message_blocks(blocks: Any, ids: Ids) -> list[Json]:
    """The blocks of a message with every id filled in; raises SlackError(invalid_blocks)."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    return [_completed(block, ids) for block in blocks]


def checked_attachments(attachments: Any, ids: Ids) -> list[Json]:
    """The attachments of a message, their blocks checked."""
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    return [
        {**one, "id": place, "blocks": checked_message_blocks(one.get("blocks", []), ids)}
        for place, one in enumerate(attachments, start=1)
    ]


def checked_view(view: Any, kind: str, ids: Ids) -> Json:
    """A view with every id filled in; raises SlackError(invalid_arguments)."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackError("invalid_arguments")
    return {**view, "blocks": [_completed(block, ids) for block in view["blocks"]]}


def _completed(block: Json, ids: Ids) -> Json:
    return {**block, "block_id": block.get("block_id") or ids.next("b")}
