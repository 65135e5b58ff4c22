"""Somebody answers how feedback feels, in the review channel."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.views.refused import refused
from bot.slack.views.review import PREFIX
from handlers import reviews
from handlers.errors import CannotDo
from models.vocabulary import AgentId, SentimentLabel


def on_answer(desk: Desk, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
    """Decide by it; the question says what came of it, and a refusal is for the one who clicked."""
    by = AgentId(body["user"]["id"])
    label = SentimentLabel(action["action_id"].removeprefix(PREFIX))
    try:
        with desk.transaction() as session:
            reviews.answer(session, int(action["value"]), desk.act(by), label=label)
    except CannotDo as refusal:
        desk.slack.tell_only(body["container"]["channel_id"], by, refused(str(refusal)))
