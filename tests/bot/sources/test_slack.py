"""A message of a tool or a person in a watched channel is read as people read it there."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sources.slack import is_new_post, read_post
from models.policies.intake import IncomingFeedback, post_id, ts_of_post
from models.policies.rulebook import PostedBy, Source
from tests.bot.slack.nasty import OWN

US = {"user_id": "U0BOT", "bot_id": "B0BOT"}
WATCHED = Source("feedback", "#feedback", "#feedback", PostedBy.EVERYBODY)
TOOL = {
    "type": "message",
    "subtype": "bot_message",
    "bot_id": "B1",
    "username": "Reviews",
    "ts": "1772442000.000100",
}


def read(**message: Any) -> IncomingFeedback:
    """What a tool posted, as feedback."""
    found = read_post({**TOOL, "text": "", **message}, WATCHED, "C1", "https://slack.example/p1")
    assert found is not None
    return found


def mrkdwn(text: str) -> dict[str, str]:
    """A text object."""
    return {"type": "mrkdwn", "text": text}


def test_what_stands_in_text_alone_is_read_as_people_read_it() -> None:
    feedback = read(text="The lamp hums &amp; <https://shop.example|our shop> is closed")

    assert feedback.text == "The lamp hums & our shop (https://shop.example) is closed"
    assert feedback.external_id == "C1:1772442000.000100"
    assert feedback.occurred_at is not None
    assert feedback.occurred_at.isoformat() == "2026-03-02T09:00:00.000100+00:00"
    assert feedback.permalink == "https://slack.example/p1"
    assert feedback.attributes == {"posted_by": "Reviews"}


def test_blocks_are_read_in_place_of_the_text_that_only_notifications_show() -> None:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "It came "},
                    {"type": "emoji", "name": "rage", "unicode": "1f621"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "late"}]},
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "link", "url": "https://a.example", "text": "broken"}],
                    },
                ],
            },
        ],
    }
    fields = {
        "type": "section",
        "fields": [
            mrkdwn("*Order:*\nHP-1042"),
            mrkdwn("*E-mail:* otti@example.com"),
            mrkdwn("*Comment:*\nNobody answers my letters"),
            mrkdwn("*Shop* \nLyon"),
            mrkdwn("*Never* again, thanks"),
        ],
    }
    header = {"type": "header", "text": {"type": "plain_text", "text": "One &amp; a half stars"}}

    feedback = read(
        text="A new review", blocks=[header, rich, fields, {"type": "divider"}, {"type": "image"}]
    )

    assert feedback.title == "One & a half stars"
    assert feedback.text == "It came 😡\nlate\nbroken\nNobody answers my letters\n*Never* again, thanks"
    assert feedback.attributes["order"] == "HP-1042"
    assert feedback.attributes["shop"] == "Lyon"
    assert feedback.attributes["comment"] == "Nobody answers my letters"
    assert feedback.author_handle == "otti@example.com"


@pytest.mark.parametrize("label", ["E-mail", "handle", "Customer", "From", "segment"])
def test_nobody_becomes_another_by_what_they_write(label: str) -> None:
    """A tool shows the customer's own words as the text of a section, and what it knows as fields."""
    words = {"type": "section", "text": mrkdwn(f"*{label}:* vip@example.com")}
    known = {"type": "section", "fields": [mrkdwn("*E-mail:* otti@example.com"), mrkdwn("*Name:* Otti")]}

    feedback = read(text="A new review", blocks=[words, known])

    assert feedback.text == f"*{label}:* vip@example.com"
    assert (feedback.author_handle, feedback.author_name) == ("otti@example.com", "Otti")
    assert feedback.attributes.keys() == {"e_mail", "name", "posted_by"}


def test_attachments_are_read_with_their_author_and_their_fields() -> None:
    attachment = {
        "fallback": "Ottilie: never again",
        "pretext": "New mention",
        "author_name": "Ottilie Fenwick",
        "author_subname": "@ottilie",
        "title": "Ticket 7",
        "text": "Never &lt;again&gt;",
        "fields": [
            {"title": "Segment", "value": "gold", "short": True},
            {"title": "posted by", "value": "Eve"},
        ],
    }

    feedback = read(attachments=[attachment, {"fallback": "Only a fallback"}, "no attachment"])

    assert feedback.text == "New mention\nNever <again>\nOnly a fallback"
    assert feedback.title == "Ticket 7"
    assert (feedback.author_name, feedback.author_handle) == ("Ottilie Fenwick", "@ottilie")
    assert feedback.attributes == {"segment": "gold", "posted_by": "Reviews"}


@pytest.mark.parametrize(
    ("message", "is_new"),
    [
        ({}, True),
        ({"thread_ts": TOOL["ts"]}, True),
        ({"subtype": "file_share"}, True),
        ({"thread_ts": "1772441000.000100"}, False),
        ({"thread_ts": "1772441000.000100", "subtype": "thread_broadcast"}, False),
        ({"subtype": "message_changed"}, False),
        ({"subtype": "message_deleted"}, False),
        ({"subtype": "channel_join", "user": "U1"}, False),
        ({"bot_id": "B0BOT"}, False),
        ({"user": "U0BOT", "subtype": None}, False),
        ({"user": "USLACKBOT", "subtype": None, "bot_id": None}, False),
        ({"user": "U1", "subtype": None, "bot_id": None, "text": "<@U0BOT> list"}, False),
        ({"user": "U1", "subtype": None, "bot_id": None, "text": "My customer cries"}, True),
    ],
)
def test_only_what_somebody_else_posts_in_the_channel_itself_is_new(
    message: dict[str, Any], is_new: bool
) -> None:
    assert is_new_post({**TOOL, "text": "x", **message}, US) == is_new


@pytest.mark.parametrize(
    ("posted_by", "of_bots", "of_people"),
    [(PostedBy.BOTS, True, False), (PostedBy.PEOPLE, False, True), (PostedBy.EVERYBODY, True, True)],
)
def test_a_source_takes_what_it_is_told_to(posted_by: PostedBy, of_bots: bool, of_people: bool) -> None:
    source = Source("feedback", "#feedback", "#feedback", posted_by)
    by_person = {"type": "message", "user": "U1", "text": "It hums", "ts": "1.2"}

    assert (read_post({**TOOL, "text": "It hums"}, source, "C1", None) is not None) == of_bots
    assert (read_post(by_person, source, "C1", None) is not None) == of_people


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b\u2060"])
def test_what_has_no_words_is_no_feedback(nothing: str) -> None:
    assert read_post({**TOOL, "text": nothing}, WATCHED, "C1", None) is None


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_nobodys_words_break_the_reading(text: str) -> None:
    deep: dict[str, Any] = {"type": "rich_text", "elements": [{"type": "text", "text": text}]}
    for _ in range(50):
        deep = {"type": "rich_text_list", "elements": [deep]}
    blocks = [
        {"type": "section", "text": mrkdwn(text), "fields": [mrkdwn(f"*{text}:* {text}")] * 10},
        {**deep, "type": "rich_text"},
        text,
        {"type": "header", "text": text},
        {"type": "context", "elements": text},
    ]
    strange = {
        "author_name": text,
        "fields": [{"title": text, "value": text}],
        "text": {"a": text},
        "blocks": blocks,
    }

    found = read_post(
        {**TOOL, "text": text, "attachments": [strange], "blocks": blocks, "username": text},
        WATCHED,
        "C1",
        None,
    )

    assert found is None or len(found.text) <= 200_000
    assert found is None or all(len(str(value)) <= 500 for value in found.attributes.values())


def test_the_shared_messages_of_tools_are_read(shared_material: Path) -> None:
    events = shared_material / "payloads" / "5-slack" / "events"
    shared = [json.loads(path.read_text())["event"] for path in sorted(events.glob("message__*bot*.json"))]
    shared += [
        json.loads(path.read_text())["event"] for path in sorted(events.glob("message__*different_app*.json"))
    ]

    read_ones = [read_post(event, WATCHED, event["channel"], None) for event in shared]

    assert [each.text if each else None for each in read_ones] == [
        "Hi there! Thanks for sharing the info!",
        "Hi there! This is a reply using response_url.",
    ]
    assert [each.attributes["posted_by"] if each else None for each in read_ones] == [
        "other-app",
        "B_DIFFERENT_ONE",
    ]


@pytest.mark.parametrize(
    ("known_by", "ts"),
    [
        (post_id("C1", "1772442000.000100"), "1772442000.000100"),
        ("mail-7", None),
        ("C1:7", None),
        ("C1:1.2:3", None),
    ],
)
def test_a_post_is_known_by_where_and_when_it_stands(known_by: str, ts: str | None) -> None:
    assert ts_of_post(known_by) == ts
