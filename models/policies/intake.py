"""Feedback on its way in: one shape for what every source delivers."""

import re
from dataclasses import dataclass, field
from datetime import datetime

_POST_ID = re.compile(r"[CG][A-Z0-9]+:([0-9]+\.[0-9]+)")
_CANNOT_BE_STORED = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFeedback:
    """One thing a customer said, as a source delivered it, before anybody looked at it.

    `external_id` is what the source knows it by: the same one from the same source is the same feedback.
    `score` is the customer's own mark in the terms of `score_scale` ("nps", "stars", "csat").
    `language` is an ISO 639 code. `attributes` are whatever else the source tells, for rules to look at.
    """

    source: str
    external_id: str
    text: str
    author_handle: str | None = None
    author_name: str | None = None
    occurred_at: datetime | None = None
    title: str | None = None
    score: float | None = None
    score_scale: str | None = None
    language: str | None = None
    permalink: str | None = None
    attributes: dict[str, str | int | float | bool] = field(default_factory=dict)


def post_id(slack_channel: str, ts: str) -> str:
    """What a message of a watched channel is known by: the same however often Slack brings it."""
    return f"{slack_channel}:{ts}"


def ts_of_post(external_id: str) -> str | None:
    """The stamp of the message that is known by this; None for what came in otherwise."""
    found = _POST_ID.fullmatch(external_id)
    return found[1] if found else None


def as_one_text(title: str | None, text: str) -> str:
    """Title and text as a reader would take them."""
    return f"{title}\n{text}" if title else text


def clean_text(text: str) -> str:
    """The text without NUL and halves of characters, which PostgreSQL refuses; otherwise unchanged."""
    return _CANNOT_BE_STORED.sub("", text)
