"""What passes a limit: ask for it, approve it or less of it, decline, take back what one asked for."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.giving import read_wish_form, read_wish_words
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import approval as views
from bot.slack.views.resolved import View
from bot.slack.wishes import read_quantity
from handlers import approving
from handlers.act import Act
from handlers.cases import refuse
from handlers.snapshots import CardSnapshot
from models.policies import approvals as policy
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _asked(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is asked for; the thread and you are told what becomes of it."


def _decision(order: Order, rulebook: Rulebook) -> Arguments:
    request, rest = orders.read_request_number(order.words)
    return {"request": request, "quantity": read_quantity(rest, rulebook.compensation.currency)}


def _decision_form(values: Mapping[str, Any], rulebook: Rulebook) -> Arguments:
    request, _ = orders.read_request_number(values["about"])
    return {
        "request": request,
        "quantity": read_quantity(values["amount"] or "", rulebook.compensation.currency),
    }


def _approved(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is approved and given; who asked and the thread are told."


def _less_view(card: CardSnapshot, _act: Act) -> View:
    refuse(policy.why_not_open(card.request, None, card.number))
    return views.approve_less(card)


def _no(order: Order, _rulebook: Rulebook) -> Arguments:
    request, reason = orders.read_request_number(order.words)
    return {"request": request, "reason": reason}


def _no_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    request, _ = orders.read_request_number(values["about"])
    return {"request": request, "reason": values["reason"] or ""}


def _decline_view(card: CardSnapshot, _act: Act) -> View:
    refuse(policy.why_not_open(card.request, None, card.number))
    return views.decline(card)


def _declined(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is declined; who asked and the thread are told."


def _withdrawn(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is asked for no more."


ASK = Route(
    Verb.ASK,
    "ask <number> amount what why",
    "ask to give what is over a limit; who may approve it is asked at once",
    "ask 41 80 EUR voucher parcel came late",
    doing=Doing(read_wish_words, read_wish_form, approving.ask, None, _asked),
)
APPROVE = Route(
    Verb.APPROVE,
    "approve <number> [amount]",
    "say yes to what is asked for a case, or to so much of it: it is given at once",
    "approve 41 60 EUR",
    doing=Doing(
        _decision, _decision_form, approving.approve, _less_view, _approved, is_done_by_its_button=True
    ),
)
DECLINE = Route(
    Verb.DECLINE,
    "decline <number> why",
    "say no to what is asked for a case",
    "decline 41 We gave them as much last week",
    doing=Doing(_no, _no_form, approving.decline, _decline_view, _declined),
)
WITHDRAW = Route(
    Verb.WITHDRAW,
    "withdraw <number>",
    "take back what you asked for",
    "withdraw 41",
    doing=Doing(no_words, no_form, approving.withdraw, None, _withdrawn),
)
