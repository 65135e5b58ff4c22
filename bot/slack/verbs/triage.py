"""What a case is, seen anew: priority, kind."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import triage as views
from handlers import triage
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import CaseKind, Priority


def _priority(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"to": orders.read_choice(order.words, Priority, "priority")}


def _priority_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"to": Priority(values["to"])}


def _kind(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"to": orders.read_choice(order.words, CaseKind, "kind of case")}


def _kind_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"to": CaseKind(values["to"])}


def _changed(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"The {order.verb.value} of case #{order.number} is {arguments['to'].value} now."


PRIORITY = Route(
    Verb.PRIORITY,
    "priority <number> low|normal|high|urgent",
    "say how much a case hurries; its promise follows",
    "priority 41 urgent",
    doing=Doing(
        _priority,
        _priority_form,
        triage.change_priority,
        lambda card, _act: views.priority(card),
        _changed,
    ),
)
KIND = Route(
    Verb.KIND,
    "kind <number> complaint|compliment|query",
    "say what a case is about; its promise follows",
    "kind 41 query",
    doing=Doing(_kind, _kind_form, triage.change_kind, lambda card, _act: views.kind(card), _changed),
)
