"""A form that is shown again, as others changed what it is about while somebody filled it in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack.views.carried import read_carried
from bot.slack.views.forms import filled_in
from bot.slack.views.lines import say
from bot.slack.views.resolved import View
from bot.slack.views.text import clock_time, cut, defused, trim
from handlers.snapshots import Changes, LineSnapshot

NOTICE = "changed"
MOST_LINES = 5
LINE_LENGTH = 450
"""Characters: one block holds 3,000 in all."""

KEPT = ("type", "title", "submit", "close", "callback_id")


def ask_again(view: Mapping[str, Any], changes: Changes, refusal: str) -> View:
    """The same form with what was filled in, and above its fields who changed what, and when.

    `refusal` says what now: to hand it in again, or why it cannot be done any more.
    """
    about, *others = [block for block in view["blocks"] if block["block_id"] != NOTICE]
    values = view["state"]["values"]
    carried = replace(read_carried(view["private_metadata"]), seen=changes.version)
    return {
        **{key: view[key] for key in KEPT},
        "private_metadata": carried.written(),
        "blocks": [about, _notice(changes, refusal), *(filled_in(block, values) for block in others)],
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
