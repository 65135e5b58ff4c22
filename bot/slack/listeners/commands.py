"""Slash commands: the answer goes to the one who typed."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.orders import read_order
from bot.slack.refusing import say_no
from bot.slack.routes import carry_out
from bot.slack.views.rendered import Rendered
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.vocabulary import AgentId


def on_recovery(desk: Desk, command: Mapping[str, Any]) -> Rendered:
    """`/recovery <verb> [number] …`"""
    return _answer(desk, command, command.get("text") or "")


def on_recovery_stats(desk: Desk, command: Mapping[str, Any]) -> Rendered:
    """`/recovery-stats [period] [team]`"""
    return _answer(desk, command, f"{Verb.STATS.value} {command.get('text') or ''}")


def _answer(desk: Desk, command: Mapping[str, Any], text: str) -> Rendered:
    order = None
    try:
        order = read_order(text, by=AgentId(command["user_id"]), slack_channel=command["channel_id"])
        return carry_out(desk, order)
    except CannotDo as refusal:
        return say_no(desk, AgentId(command["user_id"]), refusal, order)
