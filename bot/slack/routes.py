"""The one table of what people can do: each verb with its words, its form, and the handler that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from bot.desk import Desk
from bot.slack import orders
from bot.slack.orders import ABOUT_A_CASE, Order
from bot.slack.reading import find_team_of_channel, help_for, list_cases, show_case, show_stats
from bot.slack.views import modals
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View
from handlers import assignment, cases, compensation, inbound, intake, notes
from handlers.act import Act
from handlers.errors import CannotDo
from handlers.snapshots import CardSnapshot
from models.policies.intake import IncomingFeedback, clean_text
from models.policies.permissions import Verb, roles_in
from models.policies.rulebook import Rulebook
from models.policies.rules import Effect
from models.vocabulary import AgentId, CaseKind, CompensationKind, OutcomeKind, Priority, mention

Arguments = dict[str, Any]
"""What a verb's handler takes by name."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A verb that changes a case: from words or from a form to the same arguments, then one handler."""

    read_words: Callable[[Order, Rulebook], Arguments]
    read_form: Callable[[Mapping[str, Any], Rulebook], Arguments]
    do: Callable[..., object]
    form: Callable[[CardSnapshot, Act], View] | None
    said: Callable[[Order, Arguments], str]


@dataclass(frozen=True, slots=True)
class Route:
    """One verb: how it is used and explained, and what answers it."""

    verb: Verb
    usage: str
    what: str
    example: str
    doing: Doing | None = None
    reading: Callable[[Desk, Order], Rendered] | None = None


def carry_out(desk: Desk, order: Order) -> Rendered:
    """Do what was asked in words, or read what was asked for; raises CannotDo."""
    route = ROUTES[order.verb]
    if order.verb in ABOUT_A_CASE and order.number is None:
        raise CannotDo(f"Which case? `/recovery {route.usage}`, such as `/recovery {route.example}`.")
    if route.reading is not None:
        return route.reading(desk, order)
    doing = _doing(route)
    arguments = doing.read_words(order, desk.rules.current())
    return _do(desk, order, doing, arguments)


def carry_out_form(desk: Desk, order: Order, values: Mapping[str, Any]) -> Rendered:
    """Do what a form asks for: `values` by the names of its fields; raises CannotDo."""
    doing = _doing(ROUTES[order.verb])
    return _do(desk, order, doing, doing.read_form(values, desk.rules.current()))


def open_new_case(desk: Desk, order: Order) -> Rendered:
    """Open a case by hand for the channel's team, with the kind and priority that most have."""
    rulebook = desk.rules.current()
    team = find_team_of_channel(desk, order.slack_channel, rulebook)
    text = clean_text(orders.read_text(order.words))
    if team is None:
        raise CannotDo("Say it in a team's channel, or use the shortcut “New case”, which asks for the team.")
    if not text:
        raise CannotDo(f"Say what the customer said: `/recovery {ROUTES[Verb.NEW].example}`")
    (score,) = desk.ear.score([text])
    effect = Effect(CaseKind.COMPLAINT, team, Priority.NORMAL, rulebook.promise_for(Priority.NORMAL))
    source = "phone" if "phone" in rulebook.sources else next(iter(rulebook.sources))
    incoming = IncomingFeedback(
        source=source,
        external_id=f"slack:{order.event_id or uuid4()}",
        text=text,
        occurred_at=desk.now(),
    )
    with desk.transaction() as session:
        case = intake.open_by_hand(session, incoming, score, desk.act(order.by), effect=effect)
        said = f"Case #{case.id} is open in {rulebook.teams[team].channel}."
    return Rendered(text=said, blocks=[])


def form_of(desk: Desk, verb: Verb, card: CardSnapshot, by: AgentId) -> View | None:
    """The form behind a verb's button; None where a click is enough."""
    doing = ROUTES[verb].doing
    return doing.form(card, desk.act(by)) if doing and doing.form else None


def _do(desk: Desk, order: Order, doing: Doing, arguments: Arguments) -> Rendered:
    with desk.transaction() as session:
        if order.event_id is None or inbound.is_new(session, order.event_id, desk.now()):
            doing.do(session, order.number, desk.act(order.by), **arguments)
    text = doing.said(order, arguments)
    return Rendered(text=text, blocks=[])


def _doing(route: Route) -> Doing:
    if route.doing is None:
        raise CannotDo(f"`{route.verb.value}` only shows something; type `/recovery {route.usage}`.")
    return route.doing


def _no_words(_order: Order, _rulebook: Rulebook) -> Arguments:
    return {}


def _no_form(_values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {}


def _to(order: Order, _rulebook: Rulebook) -> Arguments:
    words = order.words
    if words.strip().lower() in {"me", "@me"}:
        return {"to": order.by}
    return {"to": orders.read_person(words, f"/recovery {order.verb.value} {order.number or 41} @bea")}


def _to_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"to": AgentId(values["to"])}


def _note(order: Order, _rulebook: Rulebook) -> Arguments:
    return {"text": orders.read_text(order.words)}


def _note_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"text": values["text"] or ""}


def _gift(order: Order, rulebook: Rulebook) -> Arguments:
    example = (
        f"/recovery compensate {order.number} 20 {rulebook.compensation.currency} voucher parcel came late"
    )
    kind, money, reason = orders.read_gift(
        order.words, currency=rulebook.compensation.currency, example=example
    )
    return {"kind": kind, "money": money, "reason": reason}


def _gift_form(values: Mapping[str, Any], rulebook: Rulebook) -> Arguments:
    money = orders.read_money(values["amount"] or "0", rulebook.compensation.currency)
    return {"kind": CompensationKind(values["kind"]), "money": money, "reason": values["reason"] or ""}


def _outcome(order: Order, _rulebook: Rulebook) -> Arguments:
    outcome, done = orders.read_outcome(order.words)
    return {"outcome": outcome, "what_was_done": done}


def _outcome_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"outcome": OutcomeKind(values["outcome"]), "what_was_done": values["what_was_done"] or ""}


def _compensate_view(card: CardSnapshot, act: Act) -> View:
    rules = act.rulebook.compensation
    limit = rules.limit_of(roles_in(act.by, card.team_key, act.rulebook))
    return modals.compensate(card, rules, limit)


def _claimed(order: Order, _arguments: Arguments) -> str:
    return f"Case #{order.number} is yours."


def _handed(order: Order, arguments: Arguments) -> str:
    return f"Case #{order.number} is with {mention(arguments['to'])} now."


def _noted(order: Order, _arguments: Arguments) -> str:
    return f"Noted on case #{order.number}."


def _given(order: Order, arguments: Arguments) -> str:
    gift, money = arguments["kind"].value, arguments["money"]
    return f"Case #{order.number}: {gift}{f' of {money}' if money.amount else ''} is set."


def _ended(order: Order, arguments: Arguments) -> str:
    return f"Case #{order.number} is resolved as {arguments['outcome'].value}."


_HAND_OVER = Doing(_to, _to_form, assignment.assign, lambda card, _act: modals.hand_over(card), _handed)

_TABLE = (
    Route(
        Verb.CLAIM,
        "claim <number>",
        "take a case that nobody has",
        "claim 41",
        doing=Doing(_no_words, _no_form, assignment.claim, None, _claimed),
    ),
    Route(
        Verb.ASSIGN,
        "assign <number> @person",
        "give a case that nobody has to somebody",
        "assign 41 @bea",
        doing=_HAND_OVER,
    ),
    Route(
        Verb.REASSIGN,
        "reassign <number> @person",
        "move a case to somebody else",
        "reassign 41 @bea",
        doing=replace(_HAND_OVER, do=assignment.reassign),
    ),
    Route(
        Verb.NOTE,
        "note <number> words",
        "keep a note for colleagues; the customer never sees it",
        "note 41 The courier found it",
        doing=Doing(_note, _note_form, notes.add_note, lambda card, _act: modals.note(card), _noted),
    ),
    Route(
        Verb.COMPENSATE,
        "compensate <number> amount kind why",
        "give the customer something, within your limit",
        "compensate 41 20 EUR voucher parcel came late",
        doing=Doing(_gift, _gift_form, compensation.grant, _compensate_view, _given),
    ),
    Route(
        Verb.RESOLVE,
        "resolve <number> outcome what was done",
        "end a case",
        "resolve 41 recovered Sent a new lamp",
        doing=Doing(
            _outcome, _outcome_form, cases.resolve_case, lambda card, _act: modals.resolve(card), _ended
        ),
    ),
    Route(
        Verb.SHOW,
        "show <number>",
        "everything about a case, for you only",
        "show 41",
        reading=show_case,
    ),
    Route(
        Verb.LIST,
        "list [mine|all|team]",
        "open cases: of this channel's team, yours, or all",
        "list mine",
        reading=list_cases,
    ),
    Route(
        Verb.NEW,
        "new what the customer said",
        "open a case for this channel's team, for what a customer told you",
        "new Phoned: the lamp hums and nobody called back",
        reading=open_new_case,
    ),
    Route(
        Verb.STATS,
        "stats [period] [team]",
        "figures, as /recovery-stats",
        "stats this week",
        reading=show_stats,
    ),
    Route(Verb.HELP, "help", "this", "help", reading=lambda _desk, _order: help_for(_lines())),
)

ROUTES: dict[Verb, Route] = {route.verb: route for route in _TABLE}


def _lines() -> list[tuple[str, str, str]]:
    return [(route.usage, route.what, route.example) for route in _TABLE]
