"""Who has a case: claim, assign, reassign."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import modals
from handlers import assignment
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, mention


def _to(order: Order, _rulebook: Rulebook) -> Arguments:
    words = order.words
    if words.strip().lower() in {"me", "@me"}:
        return {"to": order.by}
    return {"to": orders.read_person(words, f"/recovery {order.verb.value} {order.number or 41} @ben")}


def _to_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"to": AgentId(values["to"])}


def _claimed(order: Order, _arguments: Arguments) -> str:
    return f"Case #{order.number} is yours."


def _released(order: Order, _arguments: Arguments) -> str:
    return f"Case #{order.number} is back with the team."


def _handed(order: Order, arguments: Arguments) -> str:
    return f"Case #{order.number} is with {mention(arguments['to'])} now."


_HAND_OVER = Doing(_to, _to_form, assignment.assign, lambda card, _act: modals.hand_over(card), _handed)

CLAIM = Route(
    Verb.CLAIM,
    "claim <number>",
    "take a case that nobody has",
    "claim 41",
    doing=Doing(no_words, no_form, assignment.claim, None, _claimed),
)
ASSIGN = Route(
    Verb.ASSIGN,
    "assign <number> @person",
    "give a case that nobody has to somebody",
    "assign 41 @ben",
    doing=_HAND_OVER,
)
RELEASE = Route(
    Verb.RELEASE,
    "release <number>",
    "give a case back to the team",
    "release 41",
    doing=Doing(no_words, no_form, assignment.release, None, _released),
)
REASSIGN = Route(
    Verb.REASSIGN,
    "reassign <number> @person",
    "move a case to somebody else",
    "reassign 41 @ben",
    doing=replace(_HAND_OVER, do=assignment.reassign),
)
