"""What people write to the bot alone: it answers with what was asked for, or with what they can do."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk
from bot.slack.listeners.payloads import Said, is_by_person, read_said
from bot.slack.listeners.threads import WRITTEN
from bot.slack.orders import begins_with_verb, read_order
from bot.slack.refusing import say_no
from bot.slack.routes import carry_out
from bot.slack.views.rendered import Rendered
from handlers import inbound, messages
from handlers.errors import CannotDo
from models.policies.permissions import Verb


def on_direct(desk: Desk, body: Mapping[str, Any], bot_user: str) -> None:
    """Answer a person, once however often Slack brings it; no bot, or two of them would never end."""
    event = body["event"]
    if event.get("subtype") not in WRITTEN or not is_by_person(event, bot_user):
        return
    said = read_said(body)
    answer = _answer(desk, said)
    with desk.transaction() as session:
        if inbound.is_new(session, f"answer {said.event_id}", desk.now()):
            messages.answer_directly(session, said.by, answer.text, answer.blocks, desk.now())


def _answer(desk: Desk, said: Said) -> Rendered:
    """What the words order, where they begin with a verb; else help."""
    text = said.text if begins_with_verb(said.text) else Verb.HELP.value
    try:
        order = read_order(text, by=said.by, slack_channel=said.slack_channel)
        return carry_out(desk, replace(order, event_id=said.event_id, stamp=said.ts))
    except CannotDo as refusal:
        return say_no(desk, said.by, refusal)
