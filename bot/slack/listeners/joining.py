"""The button below a refusal: ask to work for the team."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.routes import carry_out
from bot.slack.views.refused import refused
from bot.slack.views.rendered import Rendered
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.vocabulary import AgentId


def on_ask(desk: Desk, body: Mapping[str, Any], action: Mapping[str, Any]) -> Rendered:
    """Ask to join the team of the button; what the one who pressed it is told."""
    by, where = AgentId(body["user"]["id"]), body["container"].get("channel_id", "")
    try:
        return carry_out(
            desk, Order(verb=Verb.JOIN, by=by, number=None, slack_channel=where, words=action["value"])
        )
    except CannotDo as refusal:
        return refused(str(refusal))
