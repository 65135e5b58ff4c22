"""What colleagues keep for each other: note."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import modals
from handlers import notes
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _note(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"text": orders.read_text(order.words)}


def _note_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"text": values["text"] or ""}


def _noted(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Noted on case #{order.number}."


NOTE = Route(
    Verb.NOTE,
    "note <number> words",
    "keep a note for colleagues; the customer never sees it",
    "note 41 The courier found it",
    doing=Doing(_note, _note_form, notes.add_note, lambda card, _act: modals.note(card), _noted),
)
