"""What people type becomes what Slack keeps: mentions, links, escapes, and a rich_text block."""

from typing import Any

import pytest

from bot.workspace.blocks import checked_message_blocks
from bot.workspace.clock import Ids
from bot.workspace.server import Workspace

Json = dict[str, Any]

TYPED = [
    ("Tom & Jerry <3", "Tom &amp; Jerry &lt;3"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("@ben look", "<@U0BEN> look"),
    ("@Ben Okafor look", "<@U0BEN> look"),
    ("@BEN, @nobody", "<@U0BEN>, @nobody"),
    ("mail ana@ben.example", "mail ana@ben.example"),
    ("@benny", "@benny"),
    ("see #recovery-care now", "see <#C0CARE> now"),
    ("@care and @here", "<!subteam^S0CARE> and <!here>"),
    ("<@U0SAM> as it is", "<@U0SAM> as it is"),
    ("go to https://example.com/a?b=1&c=2.", "go to <https://example.com/a?b=1&amp;c=2>."),
    ("\U0001f600 ok", "\U0001f600 ok"),
]


@pytest.mark.parametrize(("typed", "kept"), TYPED)
def test_typed_text_is_kept_as_slack_keeps_it(workspace: Workspace, typed: str, kept: str) -> None:
    workspace.say("U0ANA", "#feedback", typed)

    assert workspace.messages("#feedback")[0]["text"] == kept


def pieces(workspace: Workspace, typed: str) -> list[Json]:
    """The pieces of the rich_text block of what was typed."""
    workspace.say("U0ANA", "#feedback", typed)
    block = workspace.messages("#feedback")[0]["blocks"][0]
    found: list[Json] = block["elements"][0]["elements"]
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("a <b>", [{"type": "text", "text": "a <b>"}]),
        ("@ben ok", [{"type": "user", "user_id": "U0BEN"}, {"type": "text", "text": " ok"}]),
        ("#recovery-care", [{"type": "channel", "channel_id": "C0CARE"}]),
        ("@here", [{"type": "broadcast", "range": "here"}]),
        ("@care", [{"type": "usergroup", "usergroup_id": "S0CARE"}]),
        ("https://a.example/?x&y", [{"type": "link", "url": "https://a.example/?x&y"}]),
        (":tada:", [{"type": "emoji", "name": "tada"}]),
        ("*bold*", [{"type": "text", "text": "bold", "style": {"bold": True}}]),
        ("`x < y`", [{"type": "text", "text": "x < y", "style": {"code": True}}]),
        ("2*3*4", [{"type": "text", "text": "2*3*4"}]),
    ],
)
def test_typed_text_becomes_rich_text(workspace: Workspace, typed: str, expected: list[Json]) -> None:
    assert pieces(workspace, typed) == expected


def test_what_people_type_is_rich_text_that_slack_takes(workspace: Workspace) -> None:
    workspace.say("U0ANA", "#feedback", "\n".join(typed for typed, _ in TYPED))

    blocks = workspace.messages("#feedback")[0]["blocks"]
    assert checked_message_blocks(blocks, Ids())[0]["type"] == "rich_text"
