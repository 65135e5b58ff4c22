"""Cases at risk: escalate, acknowledge an escalation, give more time, take over."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.times import read_length, split_length
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import escalating as views
from bot.slack.views.resolved import View
from handlers import assignment, climbing
from handlers import extending as more_time
from handlers.act import Act
from handlers.cases import refuse
from handlers.snapshots import CardSnapshot
from models.policies import extending
from models.policies.lifecycle import Standing
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.policies.sla_clock import spoken
from models.vocabulary import ClockKind


def _reason(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"reason": orders.read_text(order.words)}


def _reason_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"reason": values["reason"] or ""}


def _escalated(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is escalated."


def _acknowledged(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
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


def _more_time(order: Order, _rulebook: Rulebook) -> Arguments:
    first, _, rest = order.words.strip().partition(" ")
    named = first.lower() in list(ClockKind)
    length, reason = split_length(rest if named else order.words)
    kind = ClockKind(first.lower()) if named else None
    return {"length": length, "reason": orders.read_text(reason), "kind": kind}


def _more_time_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    length = read_length(values["length"] or "", field="length")
    return {"length": length, "reason": values["reason"] or "", "kind": ClockKind(values["kind"])}


def _extend_view(card: CardSnapshot, _act: Act) -> View:
    standing = Standing(card.number, card.status, card.owner)
    refuse(extending.why_not_extend(standing, card.clocks, None))
    return views.extend(card)


def _extended(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    which = f"To {arguments['kind']}" if arguments["kind"] else "What is due next"
    return f"{which} has {spoken(arguments['length'])} more for case #{order.number}."


def _taken_over(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is yours; who had it is told."


EXTEND = Route(
    Verb.EXTEND,
    "extend <number> [clock] length why",
    "give a promise more time: the next due, or the one you name (acknowledge, contact, update, resolve)",
    "extend 41 2h Customer asked for Monday",
    doing=Doing(_more_time, _more_time_form, more_time.extend, _extend_view, _extended),
)
TAKE_OVER = Route(
    Verb.TAKE_OVER,
    "takeover <number>",
    "take a case from who has it",
    "takeover 41",
    doing=Doing(no_words, no_form, assignment.take_over, None, _taken_over),
)
