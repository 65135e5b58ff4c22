"""How a case ends: resolve."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import modals
from handlers import cases
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import OutcomeKind


def _outcome(order: Order, _rulebook: Rulebook) -> Arguments:
    outcome, done = orders.read_outcome(order.words)
    return {"outcome": outcome, "what_was_done": done}


def _outcome_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"outcome": OutcomeKind(values["outcome"]), "what_was_done": values["what_was_done"] or ""}


def _ended(order: Order, arguments: Arguments) -> str:
    return f"Case #{order.number} is resolved as {arguments['outcome'].value}."


RESOLVE = Route(
    Verb.RESOLVE,
    "resolve <number> outcome what was done",
    "end a case",
    "resolve 41 recovered Sent a new lamp",
    doing=Doing(_outcome, _outcome_form, cases.resolve_case, lambda card, _act: modals.resolve(card), _ended),
)
