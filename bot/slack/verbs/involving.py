"""Other teams on one case: involve, done, uninvolve."""

from collections.abc import Mapping
from typing import Any

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import involving as views
from bot.slack.views.resolved import View
from handlers import involving
from handlers.act import Act
from handlers.errors import CannotDo
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb, roles_in
from models.policies.rulebook import Rulebook


def _team(order: Order, rulebook: Rulebook) -> Arguments:
    team, asked_for = orders.read_team_first(order.words, rulebook)
    return {"team": team, "asked_for": asked_for}


def _team_form(values: Mapping[str, Any], rulebook: Rulebook) -> Arguments:
    return {
        "team": orders.read_team(values["team"], rulebook, field="team"),
        "asked_for": values["words"] or "",
    }


def _team_view(card: CardSnapshot, act: Act) -> View:
    on_it = {card.team_key, *(part.team_key for part in card.open_parts)}
    others = [team for team in act.rulebook.teams.values() if team.key not in on_it]
    if not others:
        raise CannotDo("Every team of rules.yaml is on this case already.")
    return views.involve(card, others)


def _involved(order: Order, arguments: Arguments, rulebook: Rulebook) -> str:
    team = rulebook.teams[arguments["team"]].name
    return f"{team} is on case #{order.number} now; its card stands in their channel too."


def _done(order: Order, _rulebook: Rulebook) -> Arguments:
    part, words = orders.read_part(order.words)
    return {"part": part or order.part, "words": words}


def _done_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    part, _ = orders.read_part(values["about"])
    return {"part": part, "words": values["words"] or ""}


def _done_view(card: CardSnapshot, act: Act) -> View:
    theirs = (part for part in card.open_parts if roles_in(act.by, part.team_key, act.rulebook))
    part = card.asked_about or next(theirs, None)
    if part is None:
        raise CannotDo(f"No team of yours has a part in case #{card.number}.")
    return views.finish(card, part)


def _is_done(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"That part of case #{order.number} is done."


def _ended(order: Order, rulebook: Rulebook) -> Arguments:
    part, words = orders.read_part(order.words)
    first = words.partition(" ")[0].rstrip(":,").lower()
    if part is None and order.part is None and first in rulebook.teams:
        team, words = orders.read_team_first(words, rulebook)
        return {"team": team, "words": words}
    return {"part": part or order.part, "words": words}


def _ended_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    part, _ = orders.read_part(values["about"] or values.get("part") or "")
    return {"part": part, "words": values["words"] or ""}


def _ended_view(card: CardSnapshot, _act: Act) -> View:
    parts = [card.asked_about] if card.asked_about else card.open_parts
    if not parts:
        raise CannotDo(f"No other team is on case #{card.number}.")
    return views.uninvolve(card, parts)


def _is_ended(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"That part of case #{order.number} is over."


INVOLVE = Route(
    Verb.INVOLVE,
    "involve <number> team what it shall do",
    "ask another team to do something for a case; it gets a card of its own, which stays in step",
    "involve 41 billing Please check the invoice",
    doing=Doing(_team, _team_form, involving.involve, _team_view, _involved),
)
DONE = Route(
    Verb.DONE,
    "done <number> [P7] what was done",
    "say that your team has done its part in another team's case",
    "done 41 The invoice is right now",
    doing=Doing(_done, _done_form, involving.finish, _done_view, _is_done),
)
UNINVOLVE = Route(
    Verb.UNINVOLVE,
    "uninvolve <number> [team] why",
    "end what another team was asked for, or send back what your team was",
    "uninvolve 41 billing The customer found it",
    doing=Doing(_ended, _ended_form, involving.uninvolve, _ended_view, _is_ended),
)
