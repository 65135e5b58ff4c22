"""How a case is found again: search."""

import re

from bot.desk import Desk
from bot.slack import orders
from bot.slack.orders import Order
from bot.slack.paging import check_page
from bot.slack.verbs.route import Route
from bot.slack.views import found as views
from bot.slack.views.rendered import Rendered
from handlers.searching import search
from models.policies.permissions import Verb

_PAGE = re.compile(r"(?P<question>.*\S)\s+page (?P<page>[1-9][0-9]{0,5})\s*", re.DOTALL | re.IGNORECASE)


def find_cases(desk: Desk, order: Order) -> Rendered:
    """The cases that have all of the words, a page of them: "lamp Fenwick page 2"."""
    question, page = _read(orders.as_typed(order.words))
    act, length = desk.act(order.by), views.PAGE_HITS
    with desk.transaction() as session:
        found = search(session, act, question, page=page, length=length)
    check_page(page, found.total, length, "What was found has")
    return views.render(found, page, act.at)


def _read(words: str) -> tuple[str, int]:
    asked = _PAGE.fullmatch(words)
    return (asked["question"], int(asked["page"])) if asked else (words, 1)


SEARCH = Route(
    Verb.SEARCH,
    "search <words> [page <page>]",
    "find cases by what was said, by whom, in notes, or by their number",
    "search lamp Fenwick",
    reading=find_cases,
)
