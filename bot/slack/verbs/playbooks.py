"""Playbooks: begin one on a case, tick the steps of its checklist."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form
from bot.slack.views import playbook as views
from bot.slack.views.resolved import View
from handlers import playbooks
from handlers.act import Act
from handlers.cases import get_case
from handlers.errors import CannotDo
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def _called(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"playbook": orders.read_text(order.words) or None}


def _chosen(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"playbook": values["playbook"]}


def _choice(session: Session, card: CardSnapshot, act: Act) -> View:
    return views.choose(card, playbooks.list_left(session, get_case(session, card.number), act))


def _begun(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"The checklist of case #{order.number} stands in its thread."


def _steps(order: Order, _rulebook: Rulebook) -> Arguments:
    """Numbers of steps, as "3" or "1, 2 and 5"."""
    said = order.words.replace(",", " ").split()
    numbers = [word for word in said if word != "and"]
    for word in numbers:
        if not word.isascii() or not word.isdigit() or len(word) > 4:
            raise CannotDo(f"“{word}” is no number of a step. Write `{order.verb.value} {order.number} 3`.")
    return {"steps": [int(word) for word in numbers]}


def _ticked(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    numbers = ", ".join(map(str, arguments["steps"]))
    what = "Ticked" if order.verb is Verb.TICK else "Not ticked any more"
    return f"{what} on the checklist of case #{order.number}: {numbers}."


PLAYBOOK = Route(
    Verb.PLAYBOOK,
    "playbook <number> [name]",
    "put the checklist for such cases into its thread; the best that fits, or the one that you name",
    "playbook 41",
    doing=Doing(_called, _chosen, playbooks.begin, None, _begun, form_that_reads=_choice),
)
TICK = Route(
    Verb.TICK,
    "tick <number> step, step, …",
    "say that steps of its checklist are done",
    "tick 41 1, 2",
    doing=Doing(_steps, no_form, playbooks.tick, None, _ticked),
)
UNTICK = Route(
    Verb.UNTICK,
    "untick <number> step, step, …",
    "say that steps of its checklist are not done after all",
    "untick 41 2",
    doing=Doing(_steps, no_form, playbooks.untick, None, _ticked),
)
