"""What a case waits for: pause, snooze, resume."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.times import split_moment
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import pausing as views
from bot.slack.views.text import MOMENT, clock_time
from handlers import waiting
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import PauseReason


def _pause(order: Order, _rulebook: Rulebook) -> Arguments:
    reason, why = orders.read_pause(order.words, example=f"/recovery pause {order.number}")
    return {"reason": reason, "why": why}


def _pause_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"reason": PauseReason(values["reason"]), "why": values["why"] or ""}


def _paused(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is paused, {arguments['reason'].value}."


def _snooze(order: Order, _rulebook: Rulebook) -> Arguments:
    until, why = split_moment(order.words, order.get_now())
    return {"until": until, "why": orders.read_text(why)}


def _snooze_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    if values["until"] is None:
        raise CannotDo("Choose when the case comes back.", field="until")
    return {"until": datetime.fromtimestamp(values["until"], UTC), "why": values["why"] or ""}


def _snoozed(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    until = clock_time(arguments["until"], MOMENT)
    return f"Case #{order.number} is snoozed until {until}."


def _resumed(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} goes on."


PAUSE = Route(
    Verb.PAUSE,
    "pause <number> customer|third party what you wait for",
    "stop the clocks to update and to resolve while you wait; an answer of the customer ends it",
    "pause 41 customer They look for the receipt",
    doing=Doing(_pause, _pause_form, waiting.pause, lambda card, _act: views.pause(card), _paused),
)
SNOOZE = Route(
    Verb.SNOOZE,
    "snooze <number> until when [why]",
    "stop the same clocks until then; the case comes back by itself",
    "snooze 41 tomorrow 9am The courier comes then",
    doing=Doing(
        _snooze,
        _snooze_form,
        waiting.snooze,
        lambda card, act: views.snooze(card, act.at),
        _snoozed,
        names_moments=True,
    ),
)
RESUME = Route(
    Verb.RESUME,
    "resume <number>",
    "end a pause; the clocks go on",
    "resume 41",
    doing=Doing(no_words, no_form, waiting.resume, None, _resumed),
)
