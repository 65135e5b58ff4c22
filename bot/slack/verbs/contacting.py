"""What a customer was told: contacted."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, read_members
from bot.slack.views import contact as views
from handlers import contact
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import ContactBy


def _contact(order: Order, _rulebook: Rulebook) -> Arguments:
    example = f"/recovery contacted {order.number} phone Promised a new lamp by Friday"
    members, rest = orders.read_members(order.words)
    channel, words = orders.read_contact(rest, example=example)
    return {"channel": channel, "words": words, "members": members}


def _contact_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    channel, words = ContactBy(values["channel"]), values["words"] or ""
    return {"channel": channel, "words": words, "members": read_members(values)}


def _contacted(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: kept that you reached the customer by {arguments['channel'].value}."


CONTACTED = Route(
    Verb.CONTACTED,
    "contacted <number> how what you told them",
    "keep that you reached the customer; nothing is sent to them",
    "contacted 41 phone Promised a new lamp by Friday",
    doing=Doing(
        _contact,
        _contact_form,
        contact.contacted,
        lambda card, _act: views.contacted(card),
        _contacted,
    ),
)
