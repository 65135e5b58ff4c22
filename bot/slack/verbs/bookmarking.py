"""What one person keeps at hand: bookmark, unbookmark, bookmarks."""

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.paging import check_page, read_page
from bot.slack.verbs.route import Arguments, Doing, Route, no_form, no_words
from bot.slack.views import answers
from bot.slack.views.rendered import Rendered
from handlers import bookmarks
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook


def list_bookmarks(desk: Desk, order: Order) -> Rendered:
    """What this person keeps at hand, a page of it, the latest first."""
    page, length = read_page(order.words, order.verb), answers.PAGE_ROWS
    with desk.transaction() as session:
        rows, total = bookmarks.load_bookmarks(session, desk.act(order.by), page=page, length=length)
    check_page(page, total, length, "Your bookmarks have")
    return answers.bookmarked(rows, total, page, desk.now())


def _kept(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"🔖 Case #{order.number} is among your bookmarks: `/recovery bookmarks`. Only you see them."


def _kept_no_more(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Case #{order.number} is among your bookmarks no more."


BOOKMARK = Route(
    Verb.BOOKMARK,
    "bookmark <number>",
    "keep a case at hand, for you only",
    "bookmark 41",
    doing=Doing(no_words, no_form, bookmarks.add, None, _kept, is_told_to_them_only=True),
)
UNBOOKMARK = Route(
    Verb.UNBOOKMARK,
    "unbookmark <number>",
    "keep it at hand no longer",
    "unbookmark 41",
    doing=Doing(no_words, no_form, bookmarks.remove, None, _kept_no_more, is_told_to_them_only=True),
)
BOOKMARKS = Route(
    Verb.BOOKMARKS,
    "bookmarks [page]",
    "the cases that you keep at hand, the latest first",
    "bookmarks",
    reading=list_bookmarks,
)
