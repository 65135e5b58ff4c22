"""Which team works a case: move."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import moved
from bot.slack.views.resolved import View
from handlers import moves
from handlers.act import Act
from handlers.errors import CannotDo
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _team(order: Order, rulebook: Rulebook) -> Arguments:
    return {"to": orders.read_team(order.words, rulebook)}


def _team_form(values: Mapping[str, Any], rulebook: Rulebook) -> Arguments:
    return {"to": orders.read_team(values["to"], rulebook)}


def _form(card: CardSnapshot, act: Act) -> View:
    others = [team for team in act.rulebook.teams.values() if team.key != card.team_key]
    if not others:
        raise CannotDo("There is no other team in rules.yaml.")
    return moved.form_of(card, others)


def _moved(order: Order, arguments: Arguments, rulebook: Rulebook) -> str:
    return f"Case #{order.number} goes to {rulebook.teams[arguments['to']].name}."


MOVE = Route(
    Verb.MOVE,
    "move <number> team",
    "give a case to another team; its card goes to their channel",
    "move 41 billing",
    doing=Doing(_team, _team_form, moves.move, _form, _moved),
)
