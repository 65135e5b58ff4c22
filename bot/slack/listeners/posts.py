"""What is posted in a channel that we watch becomes feedback."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.client import Posted
from bot.sources.slack import is_new_post, read_post
from handlers import intake
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Source


def on_post(desk: Desk, body: Mapping[str, Any], us: Mapping[str, Any]) -> None:
    """Take in a new message of a watched channel, once however often Slack brings it; `us` as auth.test says.

    Feedback is never edited: what becomes of the message later changes nothing.
    """
    event = body["event"]
    incoming = find_post(desk, event, event["channel"], us)
    if incoming is not None:
        with desk.transaction() as session:
            intake.receive_feedback(session, incoming, desk.now())


def find_post(
    desk: Desk, message: Mapping[str, Any], slack_channel: str, us: Mapping[str, Any]
) -> IncomingFeedback | None:
    """The message as feedback; None where it is none, as in a channel that no source watches."""
    source = _find_watched(desk, slack_channel) if is_new_post(message, us) else None
    if source is None:
        return None
    link = desk.slack.link_to(Posted(slack_channel, message["ts"]))
    return read_post(message, source, slack_channel, link)


def _find_watched(desk: Desk, slack_channel: str) -> Source | None:
    """The source that watches this channel, by its id; None where none does."""
    for source in desk.rules.current().sources.values():
        watched = source.slack_channel
        if watched is not None and desk.slack.find_channel_id(watched, desk.now()) == slack_channel:
            return source
    return None
