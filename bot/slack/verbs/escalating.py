"""Cases at risk: escalate, and acknowledge an escalation."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import escalating as views
from handlers import climbing
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _reason(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"reason": orders.read_text(order.words)}


def _reason_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"reason": values["reason"] or ""}


def _escalated(order: Order, _arguments: Arguments) -> str:
    return f"Case #{order.number} is escalated."


def _acknowledged(order: Order, _arguments: Arguments) -> str:
    return f"You have acknowledged the escalation of case #{order.number}."


ESCALATE = Route(
    Verb.ESCALATE,
    "escalate <number> why",
    "raise a case to the supervisors now",
    "escalate 41 The customer calls the press",
    doing=Doing(
        _reason, _reason_form, climbing.escalate, lambda card, _act: views.escalate(card), _escalated
    ),
)
ACK = Route(
    Verb.ACK,
    "ack <number>",
    "acknowledge an escalation, so that it climbs no further",
    "ack 41",
    doing=Doing(no_words, no_form, climbing.acknowledge, None, _acknowledged),
)
