"""What a customer is given, and what becomes of it: compensate, revoke, handover, redeemed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.times import split_past
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import giving
from bot.slack.views.resolved import View
from bot.slack.views.text import MOMENT, clock_time
from bot.slack.wishes import linked_file, read_proof, read_quantity, read_wish
from handlers import compensation, handovers, redeeming
from handlers.act import Act
from handlers.cases import get_case
from handlers.errors import CannotDo
from handlers.fairness import load_usual
from handlers.offers import load_choices
from handlers.snapshots import CardSnapshot
from models.policies.catalogue import Wish
from models.policies.handover import Proof
from models.policies.permissions import Verb, roles_in
from models.policies.rulebook import Rulebook


def read_wish_words(order: Order, rulebook: Rulebook) -> Arguments:
    """What is to be given and why, for who gives it and for who asks to."""
    rules = rulebook.compensation
    example = f"/recovery {order.verb.value} {order.number} 20 {rules.currency} voucher parcel came late"
    wish, reason = read_wish(order.words, rules, example=example)
    return {"wish": wish, "reason": reason}


def read_wish_form(values: Mapping[str, Any], rulebook: Rulebook) -> Arguments:
    """The same from the form."""
    quantity = read_quantity(values["amount"] or "", rulebook.compensation.currency)
    return {"wish": Wish(values["kind"], quantity), "reason": values["reason"] or ""}


def _compensate_view(session: Session, card: CardSnapshot, act: Act) -> View:
    rules = act.rulebook.compensation
    case = get_case(session, card.number)
    choices = load_choices(session, case, act)
    if not choices:
        raise CannotDo(f"Nothing of rules.yaml may be given in case #{card.number} by you today.")
    limit = rules.limit_of(roles_in(act.by, card.team_key, act.rulebook))
    return giving.compensate(card, rules, limit, choices, load_usual(session, card.likeness, act))


def _given(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is given; the thread tells what."


COMPENSATE = Route(
    Verb.COMPENSATE,
    "compensate <number> amount what why",
    "give the customer something of the catalogue, within your limit",
    "compensate 41 20 EUR voucher parcel came late",
    doing=Doing(
        read_wish_words,
        read_wish_form,
        compensation.grant,
        form=None,
        said=_given,
        form_that_reads=_compensate_view,
    ),
)


def _taken_back(order: Order, _rulebook: Rulebook) -> Arguments:
    gift, reason = orders.read_gift_number(order.words)
    return {"gift": gift, "reason": reason}


def _taken_back_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    return {"gift": _chosen(values), "reason": values["reason"] or ""}


def _chosen(values: Mapping[str, Any]) -> int | None:
    """The gift that was chosen; none could be where the last one had just been taken back."""
    gift = values.get("gift")
    return int(gift) if gift else None


def _revoked(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is taken back; the ledger has a line against it."


REVOKE = Route(
    Verb.REVOKE,
    "revoke <number> [G7] why",
    "take back what was given: yours, or anybody's for who leads the team",
    "revoke 41 G7 The order was cancelled",
    doing=Doing(
        _taken_back,
        _taken_back_form,
        compensation.revoke,
        lambda card, _act: giving.revoke(card),
        _revoked,
    ),
)


def _proof(order: Order, _rulebook: Rulebook) -> Arguments:
    gift, words = orders.read_gift_number(order.words)
    return {"gift": gift, "proof": read_proof(words, order.files)}


def _proof_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    link = (values["link"] or "").strip()
    proof = Proof(
        (values["code"] or "").strip(),
        (values["reference"] or "").strip(),
        (linked_file(link),) if link else (),
    )
    return {"gift": _chosen(values), "proof": proof}


def _handed_over(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number}: it is handed over; the thread tells with what."


HANDOVER = Route(
    Verb.HANDOVER,
    "handover <number> [G7] [code <code>] reference",
    "say that the customer has what was given, with the code or the reference that shows it",
    "handover 41 G7 code SUMMER-20 sent by e-mail",
    doing=Doing(
        _proof,
        _proof_form,
        handovers.hand_over,
        lambda card, _act: giving.hand_over(card),
        _handed_over,
    ),
)


def _used(order: Order, _rulebook: Rulebook) -> Arguments:
    gift, words = orders.read_gift_number(order.words)
    at, reference = split_past(words, order.get_now())
    return {"gift": gift, "at": at, "reference": reference}


def _used_form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    at = values["at"]
    return {
        "gift": _chosen(values),
        "at": datetime.fromtimestamp(at, UTC) if at is not None else None,
        "reference": (values["reference"] or "").strip(),
    }


def _redeemed(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    at = clock_time(arguments["at"], MOMENT)
    return f"Case #{order.number}: it is in the ledger as used, {at}."


REDEEMED = Route(
    Verb.REDEEMED,
    "redeemed <number> [G7] [when] [reference]",
    "say that the customer used what was given, now or when you say, where no system tells us",
    "redeemed 41 G7 yesterday Order 12",
    doing=Doing(
        _used,
        _used_form,
        redeeming.redeem_by_hand,
        lambda card, act: giving.redeemed(card, act.at),
        _redeemed,
        names_moments=True,
    ),
)
