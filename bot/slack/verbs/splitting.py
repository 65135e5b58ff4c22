"""One case that is two: split."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import splitting as views
from bot.slack.views.resolved import View
from handlers import splitting
from handlers.act import Act
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _matter(order: Order, _rulebook: Rulebook) -> Arguments:
    piece, title = orders.read_piece(order.words)
    return {"piece": piece, "title": title}


def _matter_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    piece = values.get("piece")
    return {"piece": int(piece) if piece else None, "title": values["title"] or ""}


def _form(session: Session, card: CardSnapshot, _act: Act) -> View:
    return views.split(card, splitting.list_pieces(session, card.number))


def _is_split(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"A new case is split off case #{order.number}; the thread of each leads to the other."


SPLIT = Route(
    Verb.SPLIT,
    "split <number> [F17] what the other matter is",
    "open a second case for another matter, or for something else the customer said; the promise counts on",
    "split 41 The driver was rude",
    doing=Doing(_matter, _matter_form, splitting.split, None, _is_split, form_that_reads=_form),
)
