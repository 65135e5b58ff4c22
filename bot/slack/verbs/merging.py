"""Cases that are one: merge, unmerge."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import merging as views
from bot.slack.views.resolved import View
from handlers import duplicates, merging
from handlers.act import Act
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _into(order: Order, _rulebook: Rulebook) -> Arguments:
    words = order.words.strip().lower().removeprefix("into ").strip()
    return {"into": orders.read_number(words) if words else None}


def _into_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    """A number that was typed is meant more than a choice that was made before."""
    named = values["number"] or values.get("into")
    return {"into": orders.read_number(named) if named else None}


def _form(session: Session, card: CardSnapshot, act: Act) -> View:
    return views.merge(card, duplicates.propose(session, card.number, act))


def _merged(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    undo = f"`/recovery unmerge {order.number}` undoes it"
    return f"Case #{order.number} is merged into #{arguments['into']}, which goes on; {undo}."


def _unmerged(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is on its own again; its clocks go on."


MERGE = Route(
    Verb.MERGE,
    "merge <number> other-number|undo",
    "end a duplicate: the other case goes on for both; without the other number, see what is likely the same",
    "merge 41 42",
    doing=Doing(
        _into,
        _into_form,
        merging.merge,
        None,
        _merged,
        form_that_reads=_form,
    ),
)
UNMERGE = Route(
    Verb.UNMERGE,
    "unmerge <number>",
    "undo a merge: the case goes on by itself, and the clocks that the merge stopped run again",
    "unmerge 41",
    doing=Doing(no_words, no_form, merging.unmerge, None, _unmerged),
)
