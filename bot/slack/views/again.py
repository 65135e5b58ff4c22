"""A form that is shown again, as others changed what it is about while somebody filled it in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack.views.carried import read_carried
from bot.slack.views.lines import say
from bot.slack.views.resolved import View
from bot.slack.views.text import clock_time, cut, defused, trim
from handlers.snapshots import Changes, LineSnapshot

NOTICE = "changed"
MOST_LINES = 5
LINE_LENGTH = 450
"""Characters: one block holds 3,000 in all."""

KEPT = ("type", "title", "submit", "close", "callback_id")
FILLED_IN = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_date_time": "initial_date_time",
}
"""Where an element says what was filled in, and where it is told what to begin with."""


def ask_again(view: Mapping[str, Any], changes: Changes, refusal: str) -> View:
    """The same form with what was filled in, and above its fields who changed what, and when.

    `refusal` says what now: to hand it in again, or why it cannot be done any more.
    """
    about, *others = [block for block in view["blocks"] if block["block_id"] != NOTICE]
    filled_in = view["state"]["values"]
    carried = replace(read_carried(view["private_metadata"]), seen=changes.version)
    return {
        **{key: view[key] for key in KEPT},
        "private_metadata": carried.written(),
        "blocks": [about, _notice(changes, refusal), *(_filled_in(block, filled_in) for block in others)],
    }


def _notice(changes: Changes, refusal: str) -> dict[str, Any]:
    earlier = len(changes.lines) - MOST_LINES
    lines = [
        "⚠️ *While you filled this in:*",
        *([f"… {earlier} earlier {'change' if earlier == 1 else 'changes'}"] if earlier > 0 else []),
        *map(_line, changes.lines[-MOST_LINES:]),
        f"✋ {trim(defused(refusal), LINE_LENGTH)}",
    ]
    text = {"type": "mrkdwn", "text": "\n".join(lines)}
    return {"type": "section", "block_id": NOTICE, "text": text}


def _line(line: LineSnapshot) -> str:
    words = cut(say(line, None), LINE_LENGTH)
    return f"{clock_time(line.at)} {words[0]}{'…' if len(words) > 1 else ''}"


def _filled_in(block: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The block with what stands in it now, in place of what it began with."""
    if block["type"] != "input":
        return dict(block)
    element = {key: value for key, value in block["element"].items() if key not in FILLED_IN.values()}
    state = values[block["block_id"]][element["action_id"]]
    began = {begin: state[now] for now, begin in FILLED_IN.items() if state.get(now) is not None}
    return {**block, "element": {**element, **began}}
