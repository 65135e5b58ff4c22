"""Who has a case, or another team's part of one: claim, assign, reassign, release."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form
from bot.slack.views import involving as views
from bot.slack.views import modals
from bot.slack.views.resolved import View
from handlers import involving
from handlers.act import Act
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, mention


def _part(order: Order, _rulebook: Rulebook) -> Arguments:
    part, _ = orders.read_part(order.words)
    return {"part": part or order.part}


def _to(order: Order, _rulebook: Rulebook) -> Arguments:
    part, words = orders.read_part(order.words)
    about = {"part": part or order.part}
    if words.strip().lower() in {"me", "@me"}:
        return {"to": order.by, **about}
    example = f"/recovery {order.verb.value} {order.number or 41} @ben"
    return {"to": orders.read_person(words, example), **about}


def _to_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    part, _ = orders.read_part(values["about"])
    return {"to": AgentId(values["to"]), "part": part}


def _form(card: CardSnapshot, _act: Act) -> View:
    part = card.asked_about
    return views.assign(card, part) if part else modals.hand_over(card)


def _claimed(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is yours."


def _released(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is back with the team."


def _handed(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is with {mention(arguments['to'])} now."


_HAND_OVER = Doing(_to, _to_form, involving.assign, _form, _handed)

CLAIM = Route(
    Verb.CLAIM,
    "claim <number>",
    "take a case that nobody has",
    "claim 41",
    doing=Doing(_part, no_form, involving.claim, None, _claimed),
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
    doing=Doing(_part, no_form, involving.release, None, _released),
)
REASSIGN = Route(
    Verb.REASSIGN,
    "reassign <number> @person",
    "move a case to somebody else",
    "reassign 41 @ben",
    doing=replace(_HAND_OVER, do=involving.reassign),
)
