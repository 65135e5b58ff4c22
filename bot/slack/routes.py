"""The one table of what people can do: each verb, its words, its form, and the handler that does it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.helping import help_for
from bot.slack.orders import ABOUT_A_CASE, Order
from bot.slack.reading import list_approvals, list_cases, list_mine, show_case, show_stats
from bot.slack.times import Now
from bot.slack.verbs import (
    absence,
    approving,
    bookmarking,
    bursting,
    contacting,
    correcting,
    ending,
    escalating,
    giving,
    helping,
    holding,
    involving,
    joining,
    merging,
    moving,
    noting,
    opening,
    playbooks,
    searching,
    splitting,
    telling,
    triage,
    waiting,
)
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View
from handlers import inbound, meanwhile
from handlers.act import Act
from handlers.errors import CannotDo, NeedsApproval, NotAllowed
from handlers.snapshots import CardSnapshot
from models.policies.meanwhile import why_late
from models.policies.permissions import Verb

SHOW = Route(
    Verb.SHOW,
    "show <number> [history [page]]",
    "everything about a case, or all that ever happened to it, for you only",
    "show 41 history",
    reading=show_case,
)
LIST = Route(
    Verb.LIST,
    "list [mine|all|team]",
    "open cases: of this channel's team, yours, or all",
    "list mine",
    reading=list_cases,
)
MINE = Route(
    Verb.MINE,
    "mine [page]",
    "your open cases and those you help on, the nearest deadline first",
    "mine",
    reading=list_mine,
)
STATS = Route(
    Verb.STATS,
    "stats [fairness] [period] [team]",
    "figures, as `/recovery-stats last week deliveries`; with fairness, whether like cases are given alike",
    "stats this week",
    reading=show_stats,
)
APPROVALS = Route(
    Verb.APPROVALS,
    "approvals",
    "what waits for your approval, and what you wait for",
    "approvals",
    reading=list_approvals,
)
HELP = Route(
    Verb.HELP,
    "help [verb]",
    "what you can do; or how one verb is used",
    "help assign",
    reading=lambda desk, order: help_for(desk, order, GROUPS),
)

GROUPS: Mapping[str, tuple[Route, ...]] = {
    "Who has it": (
        holding.CLAIM,
        holding.ASSIGN,
        holding.REASSIGN,
        holding.RELEASE,
        helping.ADD,
        helping.REMOVE,
        involving.INVOLVE,
        involving.DONE,
        involving.UNINVOLVE,
        moving.MOVE,
    ),
    "What it is": (
        triage.PRIORITY,
        triage.KIND,
        correcting.CORRECT,
        merging.MERGE,
        merging.UNMERGE,
        splitting.SPLIT,
        bursting.TAKE_OUT,
    ),
    "What it waits for": (waiting.PAUSE, waiting.SNOOZE, waiting.RESUME),
    "What is at risk": (
        escalating.ESCALATE,
        escalating.ACK,
        escalating.EXTEND,
        escalating.TAKE_OVER,
    ),
    "What is done": (
        contacting.CONTACTED,
        noting.NOTE,
        giving.COMPENSATE,
        giving.REVOKE,
        giving.HANDOVER,
        giving.REDEEMED,
        ending.RESOLVE,
        ending.REOPEN,
    ),
    "Step by step": (playbooks.PLAYBOOK, playbooks.TICK, playbooks.UNTICK),
    "What passes a limit": (approving.ASK, approving.APPROVE, approving.DECLINE, approving.WITHDRAW),
    "What is worth telling": (telling.NOMINATE, telling.PUBLISH, telling.SHELVE),
    "New cases": (opening.NEW,),
    "Who is here": (absence.AWAY, absence.BACK, joining.JOIN),
    "To find again": (searching.SEARCH, bookmarking.BOOKMARK, bookmarking.UNBOOKMARK, bookmarking.BOOKMARKS),
    "To look at": (SHOW, bursting.MEMBERS, MINE, LIST, APPROVALS, STATS, HELP),
}
"""The table, in the groups and the order in which the help shows it."""

ROUTES: dict[Verb, Route] = {route.verb: route for routes in GROUPS.values() for route in routes}


def carry_out(desk: Desk, order: Order) -> Rendered:
    """Do what was asked in words, or read what was asked for; raises CannotDo."""
    route = ROUTES[order.verb]
    if order.verb in ABOUT_A_CASE and order.number is None:
        raise CannotDo(f"Which case? `/recovery {route.usage}`, such as `/recovery {route.example}`.")
    if route.reading is not None:
        return route.reading(desk, order)
    doing = _doing(route)
    if doing.names_moments:
        order = replace(order, now=Now(desk.now(), desk.slack.time_zone(order.by)))
    arguments = doing.read_words(order, desk.rules.current())
    return _do(desk, order, doing, arguments)


def carry_out_form(desk: Desk, order: Order, values: Mapping[str, Any]) -> Rendered:
    """Do what a form asks for: `values` by the names of its fields; raises CannotDo."""
    doing = _doing(ROUTES[order.verb])
    return _do(desk, order, doing, doing.read_form(values, desk.rules.current()))


def form_of(
    session: Session, verb: Verb, card: CardSnapshot, act: Act, *, is_asked_for: bool = False
) -> View | None:
    """The form behind a verb's button; None where a click is enough.

    `is_asked_for`: the button was that of the form, where the verb has one besides its own.
    """
    doing = ROUTES[verb].doing
    if doing is None or (doing.is_done_by_its_button and not is_asked_for):
        return None
    if doing.form_that_reads is not None:
        return doing.form_that_reads(session, card, act)
    return doing.form(card, act) if doing.form else None


def _do(desk: Desk, order: Order, doing: Doing, arguments: Arguments) -> Rendered:
    act = desk.act(order.by)
    try:
        with desk.transaction() as session:
            if order.event_id is None or inbound.is_new(session, order.event_id, act.at):
                doing.do(session, order.number, act, **arguments)
                _check_turn(session, order, steps=arguments.get("steps", ()))
    except CannotDo as refusal:
        _tell_changes(desk, order, refusal)
        raise
    text = doing.said(order, arguments, act.rulebook)
    return Rendered(text=text, blocks=[])


def _check_turn(session: Session, order: Order, *, steps: Collection[int]) -> None:
    """Undo it where the person did something later already, or others did what it was asked without.

    It is looked at last, when the case is locked, and so that who may not do it at all is told only that.
    A form was handed in at some time after the click that opened it, so it is never too late itself.
    """
    if order.number is None:
        return
    if order.stamp is not None:
        is_latest = meanwhile.keep_order(
            session, order.number, order.by, order.verb, stamp=order.stamp, steps=steps
        )
        if not is_latest and order.seen is None:
            raise CannotDo(why_late(order.verb, order.number))
    if order.seen is not None:
        changes = meanwhile.find_changes(session, order.number, order.by, order.verb, seen=order.seen)
        if changes is not None:
            raise CannotDo(meanwhile.HAND_IN_AGAIN)


def _tell_changes(desk: Desk, order: Order, refusal: CannotDo) -> None:
    """Raise ChangedMeanwhile where a form is refused and others changed what it is about.

    What is wrong with a field is told there, unless the case is over; who may not do it is told that.
    """
    if order.seen is None or order.number is None or isinstance(refusal, NotAllowed | NeedsApproval):
        return
    with desk.transaction() as session:
        changes = meanwhile.find_changes(session, order.number, order.by, order.verb, seen=order.seen)
    if changes is not None and (refusal.field is None or changes.tells_of_an_end):
        raise meanwhile.ChangedMeanwhile(changes, str(refusal)) from refusal


def _doing(route: Route) -> Doing:
    if route.doing is None:
        raise CannotDo(f"`{route.verb.value}` only shows something; type `/recovery {route.usage}`.")
    return route.doing
