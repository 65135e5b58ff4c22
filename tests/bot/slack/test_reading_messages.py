"""Somebody's message as people read it, when a case is made of it."""

import json
from pathlib import Path

import pytest

from bot.slack.orders import as_read

SAMPLES = [
    ("hi <@U123> and <@U456|bob> in <#C1|help>", "hi @U123 and @bob in #help"),
    ("<!here> <!channel> <!everyone|@everyone> <!subteam^S1|@care>", "@here @channel @everyone @care"),
    (
        "<https://e.com/?a=1&amp;b=2|our bank> <https://e.com>",
        "our bank (https://e.com/?a=1&b=2) https://e.com",
    ),
    ("3 &lt; 5 &amp;&amp; &amp;lt;!channel&amp;gt;", "3 < 5 && &lt;!channel&gt;"),
    ("unclosed <@U123 and <>", "unclosed <@U123 and <>"),
]


@pytest.mark.parametrize(("text", "read"), SAMPLES)
def test_a_message_is_taken_as_people_read_it(text: str, read: str) -> None:
    assert as_read(text) == read


def test_the_shared_messages_are_taken_as_people_read_them(shared_material: Path) -> None:
    path = shared_material / "payloads" / "6-nasty" / "slack_incoming_a.json"
    samples = json.loads(path.read_text(encoding="utf-8"))

    strange = [
        (each["mrkdwn"], as_read(each["mrkdwn"]))
        for each in samples
        if as_read(each["mrkdwn"]) not in each["plain"].split(" or ") and each["plain"]
    ]

    assert len(samples) > 10
    assert strange == []
