"""Long answers to one person, page by page: which page is asked for, and which there are."""

import re

from handlers.errors import CannotDo

_PAGE = re.compile(r"[1-9][0-9]{0,5}")


def read_page(words: str, order: str) -> int:
    """The page that somebody asks for, from 1; without words the first. `order` is what stands before it."""
    asked = words.strip() or "1"
    if not _PAGE.fullmatch(asked):
        raise CannotDo(f"“{asked}” is no page. Say `{order}`, or `{order} 2` for the second page.")
    return int(asked)


def check_page(page: int, total: int, length: int, what: str) -> None:
    """Refuse a page beyond the last; `what` has these pages, as "Your open cases have" does."""
    last = max(-(-total // length), 1)
    if page > last:
        raise CannotDo(f"{what} pages 1 to {last}.")
