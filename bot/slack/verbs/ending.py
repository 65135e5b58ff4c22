"""How a case ends, and begins again: resolve, reopen."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import modals, reopening
from handlers import cases
from handlers.reopening import reopen
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


def _reopen(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"why": orders.read_text(order.words)}


def _reopen_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"why": values["why"] or ""}


def _reopened(order: Order, _arguments: Arguments) -> str:
    return f"Case #{order.number} is open again."


RESOLVE = Route(
    Verb.RESOLVE,
    "resolve <number> outcome what was done",
    "end a case",
    "resolve 41 recovered Sent a new lamp",
    doing=Doing(_outcome, _outcome_form, cases.resolve_case, lambda card, _act: modals.resolve(card), _ended),
)
REOPEN = Route(
    Verb.REOPEN,
    "reopen <number> why",
    "work on a resolved case again; to contact and to update the customer is promised afresh",
    "reopen 41 The new lamp broke too",
    doing=Doing(_reopen, _reopen_form, reopen, lambda card, _act: reopening.reopen(card), _reopened),
)
