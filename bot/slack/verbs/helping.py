"""Who helps on a case beside the one who has it: add, remove."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import helping
from handlers import helpers
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, mention


def _who(order: Order, _rulebook: Rulebook) -> Arguments:
    if order.words.strip().lower() in {"me", "@me"}:
        return {"who": order.by}
    return {"who": orders.read_person(order.words, f"/recovery {order.verb.value} {order.number or 41} @ben")}


def _who_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"who": AgentId(values["helper"])}


def _added(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"{mention(arguments['who'])} helps on case #{order.number} now."


def _removed(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"{mention(arguments['who'])} does not help on case #{order.number} any more."


ADD = Route(
    Verb.ADD,
    "add <number> @person",
    "let somebody help on a case, beside the one who has it",
    "add 41 @ben",
    doing=Doing(_who, _who_form, helpers.add, lambda card, _act: helping.add(card), _added),
)
REMOVE = Route(
    Verb.REMOVE,
    "remove <number> @person",
    "let somebody help no more",
    "remove 41 @ben",
    doing=Doing(_who, _who_form, helpers.remove, lambda card, _act: helping.remove(card), _removed),
)
