"""The workspace and the official types of Slack take and refuse the same blocks and views."""

from typing import Any

import pytest

from bot.workspace.blocks import checked_message_blocks, checked_view
from bot.workspace.clock import Ids
from bot.workspace.errors import SlackError
from tests.bot.workspace.block_samples import (
    ALERT,
    COMMON,
    MESSAGE_ONLY,
    RICHER,
    actions,
    button,
    entry,
    home,
    modal,
    plain,
    section,
    typed,
)
from tests.bot.workspace.slack_types.judge import type_errors

Json = dict[str, Any]

IN_MESSAGES = [*COMMON, *MESSAGE_ONLY, *RICHER]
IN_HOMES = [*COMMON, *RICHER]
IN_MODALS = [*COMMON, ALERT]
WRONG = [
    {"type": "sections"},
    {"type": "section", "text": "words"},
    section(colour="red"),
    section(text={"type": "markdown", "text": "x"}),
    actions(button(style="green")),
    actions(typed()),
    actions({"type": "button", "action_id": "x"}),
    entry(button()),
    {"type": "header"},
    {"type": "context", "elements": [button()]},
    {"type": "container", "title": plain(), "child_blocks": [{"type": "markdown", "text": "x"}]},
]


def _name(block: Json) -> str:
    inner = block.get("element") or block.get("accessory") or (block.get("elements") or [{}])[0]
    return f"{block['type']} {inner.get('type', '')}"


@pytest.mark.parametrize("block", IN_MESSAGES, ids=_name)
def test_a_good_block_is_taken_by_both(block: Json) -> None:
    completed = checked_message_blocks([block], Ids())

    assert type_errors("message", {"text": "Case", "blocks": [block]}) == []
    assert type_errors("message", {"text": "Case", "blocks": completed}) == []


@pytest.mark.parametrize("block", IN_MODALS, ids=_name)
def test_a_good_modal_is_taken_by_both(block: Json) -> None:
    checked_view(modal(block), "modal", Ids())

    assert type_errors("modal", modal(block)) == []


@pytest.mark.parametrize("block", IN_HOMES, ids=_name)
def test_a_good_home_is_taken_by_both(block: Json) -> None:
    checked_view(home(block), "home", Ids())

    assert type_errors("home", home(block)) == []


@pytest.mark.parametrize("block", WRONG, ids=_name)
def test_a_wrong_block_is_refused_by_both(block: Json) -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        checked_message_blocks([block], Ids())

    assert type_errors("message", {"text": "Case", "blocks": [block]}) != []
