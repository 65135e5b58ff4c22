"""What a customer is given, and what is taken back: compensate, revoke."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import giving, modals
from bot.slack.views.resolved import View
from handlers import compensation
from handlers.act import Act
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb, roles_in
from models.policies.rulebook import Rulebook
from models.vocabulary import CompensationKind


def _gift(order: Order, rulebook: Rulebook) -> Arguments:
    example = (
        f"/recovery compensate {order.number} 20 {rulebook.compensation.currency} voucher parcel came late"
    )
    kind, money, reason = orders.read_gift(
        order.words, currency=rulebook.compensation.currency, example=example
    )
    return {"kind": kind, "money": money, "reason": reason}


def _gift_form(values: Mapping[str, Any], rulebook: Rulebook) -> Arguments:
    money = orders.read_money(values["amount"] or "0", rulebook.compensation.currency)
    return {"kind": CompensationKind(values["kind"]), "money": money, "reason": values["reason"] or ""}


def _compensate_view(card: CardSnapshot, act: Act) -> View:
    rules = act.rulebook.compensation
    limit = rules.limit_of(roles_in(act.by, card.team_key, act.rulebook))
    return modals.compensate(card, rules, limit)


def _given(order: Order, arguments: Arguments) -> str:
    gift, money = arguments["kind"].value, arguments["money"]
    return f"Case #{order.number}: {gift}{f' of {money}' if money.amount else ''} is set."


COMPENSATE = Route(
    Verb.COMPENSATE,
    "compensate <number> amount kind why",
    "give the customer something, within your limit",
    "compensate 41 20 EUR voucher parcel came late",
    doing=Doing(_gift, _gift_form, compensation.grant, _compensate_view, _given),
)


def _taken_back(order: Order, _rulebook: Rulebook) -> Arguments:
    gift, reason = orders.read_gift_number(order.words)
    return {"gift": gift, "reason": reason}


def _taken_back_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"gift": int(values["gift"]) if values["gift"] else None, "reason": values["reason"] or ""}


def _revoked(order: Order, _arguments: Arguments) -> str:
    return f"Case #{order.number}: it is taken back; the ledger has a line against it."


REVOKE = Route(
    Verb.REVOKE,
    "revoke <number> [G7] why",
    "take back what was given: yours, or anybody's for who leads the team",
    "revoke 41 G7 The order was cancelled",
    doing=Doing(
        _taken_back,
        _taken_back_form,
        compensation.revoke,
        lambda card, _act: giving.revoke(card),
        _revoked,
    ),
)
