"""How a case ends, and begins again: resolve, reopen."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.slack import orders
from bot.slack.endings import read_ending
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, read_members
from bot.slack.views import closing as views
from bot.slack.views import reopening
from bot.slack.views.resolved import View
from handlers import closing
from handlers.act import Act
from handlers.reopening import reopen
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import Members, OutcomeKind

THEY_TOO = {
    None: "",
    Members.ALL: " So is every case for which it stood, one after the other.",
    Members.ALONE: " Every case for which it stood goes on by itself.",
}


def _ending(order: Order, rulebook: Rulebook) -> Arguments:
    members, words = orders.read_members(order.words)
    outcome, theme, done = read_ending(words, rulebook.themes, order.number)
    return {"outcome": outcome, "theme": theme, "what_was_done": done, "members": members}


def _ending_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {
        "outcome": OutcomeKind(values["outcome"]),
        "theme": values["theme"],
        "what_was_done": values["what_was_done"] or "",
        "members": read_members(values),
    }


def _ending_view(session: Session, card: CardSnapshot, act: Act) -> View:
    return views.resolve(card, closing.propose_ending(session, card, act), act.rulebook.themes)


def _ended(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    resolved = f"Case #{order.number} is resolved as {arguments['outcome'].value}."
    return f"{resolved}{THEY_TOO[arguments['members']]}"


def _reopen(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"why": orders.read_text(order.words)}


def _reopen_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"why": values["why"] or ""}


def _reopened(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is open again."


RESOLVE = Route(
    Verb.RESOLVE,
    "resolve <number> outcome reason what was done",
    "end a case: how it ended, why it was one, and what was done",
    "resolve 41 recovered delivery Sent a new lamp",
    doing=Doing(
        _ending,
        _ending_form,
        closing.resolve_case,
        None,
        _ended,
        form_that_reads=_ending_view,
    ),
)
REOPEN = Route(
    Verb.REOPEN,
    "reopen <number> why",
    "work on a resolved case again; to contact and to update the customer is promised afresh",
    "reopen 41 The new lamp broke too",
    doing=Doing(_reopen, _reopen_form, reopen, lambda card, _act: reopening.reopen(card), _reopened),
)
