"""Stories: nominate a recovery that is worth telling, publish it, set it aside."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import story as views
from bot.slack.views.resolved import View
from handlers import stories
from handlers.act import Act
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _sentence(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"sentence": orders.read_text(order.words)}


def _sentence_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"sentence": values["sentence"] or ""}


def _nominated(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is nominated; a lead publishes it, or sets it aside."


def _as_previewed(_order: Order, _rulebook: Rulebook) -> Arguments:
    return {"text": None}


def _changed_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"text": values["text"] or ""}


def _change_view(session: Session, card: CardSnapshot, _act: Act) -> View:
    return views.change(card, stories.get_waiting(session, card.number))


def _published(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"The story of case #{order.number} is published."


def _shelved(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"The story of case #{order.number} is set aside."


NOMINATE = Route(
    Verb.NOMINATE,
    "nominate <number> why",
    "propose to tell everybody of an exceptional recovery; who the customer is stays out",
    "nominate 41 She writes poems about our lamps now",
    doing=Doing(
        _sentence,
        _sentence_form,
        stories.nominate,
        lambda card, _act: views.nominate(card),
        _nominated,
    ),
)
PUBLISH = Route(
    Verb.PUBLISH,
    "publish <number>",
    "publish a nominated story in the stories' channel, as its preview shows it",
    "publish 41",
    doing=Doing(
        _as_previewed,
        _changed_form,
        stories.publish,
        None,
        _published,
        form_that_reads=_change_view,
        is_done_by_its_button=True,
    ),
)
SHELVE = Route(
    Verb.SHELVE,
    "shelve <number>",
    "set a nominated story aside",
    "shelve 41",
    doing=Doing(no_words, no_form, stories.shelve, None, _shelved),
)
