"""Cases of many customers who say the same: takeout, members."""

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.paging import check_page, read_page
from bot.slack.verbs.route import Arguments, Doing, Route, no_form
from bot.slack.views import members as views
from bot.slack.views.rendered import Rendered
from handlers import carrying, members
from handlers.cases import look_at
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook

ALL = "all"


def _which(order: Order, _rulebook: Rulebook) -> Arguments:
    words = order.words.strip().lower()
    if words not in {"", ALL}:
        raise CannotDo(
            f"“{order.words.strip()}” is nothing that can be taken out. Say `takeout {order.number}`, or "
            f"`takeout {order.number} all` where #{order.number} stands for others."
        )
    return {"is_all": words == ALL}


def _taken_out(order: Order, arguments: Arguments, _rulebook: Rulebook) -> str:
    if arguments["is_all"]:
        return f"The cases for which #{order.number} stands go on by themselves, one after the other."
    return f"Case #{order.number} goes on by itself, with a card and a clock of its own from now on."


def _list(desk: Desk, order: Order) -> Rendered:
    """A page of the cases for which one stands."""
    number = order.number or 0
    page = read_page(order.words, f"{Verb.MEMBERS} {number}")
    act = desk.act(order.by)
    with desk.transaction() as session:
        case = look_at(session, number, act)
        if case.parent_id is not None:
            case = look_at(session, case.parent_id, act)
        rows, total = members.list_members(session, case.id, page=page, length=views.PAGE_ROWS)
    check_page(page, total, views.PAGE_ROWS, f"The members of case #{case.id} have")
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
