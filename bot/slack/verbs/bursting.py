"""Cases of many customers who say the same: takeout, members."""

import re

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route, no_form
from bot.slack.views import members as views
from bot.slack.views.rendered import Rendered
from handlers import carrying, members
from handlers.cases import look_at
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook

ALL = "all"
PAGE = re.compile(r"[1-9][0-9]{0,5}")


def _which(order: Order, _rulebook: Rulebook) -> Arguments:
    words = order.words.strip().lower()
    if words not in {"", ALL}:
        raise CannotDo(
            f"“{order.words.strip()}” is nothing that can be taken out. Say `takeout {order.number}`, or "
            f"`takeout {order.number} all` where #{order.number} stands for others."
        )
    return {"is_all": words == ALL}


def _taken_out(order: Order, arguments: Arguments) -> str:
    if arguments["is_all"]:
        return f"The cases for which #{order.number} stands go on by themselves, one after the other."
    return f"Case #{order.number} goes on by itself, with a card and a clock of its own from now on."


def _list(desk: Desk, order: Order) -> Rendered:
    """A page of the cases for which one stands."""
    number, asked = order.number or 0, order.words.strip() or "1"
    if not PAGE.fullmatch(asked):
        raise CannotDo(f"“{asked}” is no page. Say `members {number}`, or `members {number} 2`.")
    page, length = int(asked), views.PAGE_ROWS
    act = desk.act(order.by)
    with desk.transaction() as session:
        case = look_at(session, number, act)
        if case.parent_id is not None:
            case = look_at(session, case.parent_id, act)
        rows, total = members.list_members(session, case.id, page=page, length=length)
    last = max(-(-total // length), 1)
    if page > last:
        raise CannotDo(f"The members of case #{case.id} have pages 1 to {last}.")
    return views.listed(case.id, rows, total, page)


TAKE_OUT = Route(
    Verb.TAKE_OUT,
    "takeout <number> [all]",
    "let a case of a burst go on by itself; or all of them, by the number of the one that stands for them",
    "takeout 41",
    doing=Doing(_which, no_form, carrying.take_out, None, _taken_out),
)
MEMBERS = Route(
    Verb.MEMBERS,
    "members <number> [page]",
    "the cases for which one stands, the latest first",
    "members 41",
    reading=_list,
)
