"""Long answers to one person, page by page: which page is asked for, and which there are."""

import re

from handlers.errors import CannotDo
from models.policies.permissions import Verb

_PAGE = re.compile(r"[1-9][0-9]{0,5}")


def read_page(words: str, verb: Verb) -> int:
    """The page that somebody asks for, from 1; without words the first."""
    asked = words.strip() or "1"
    if not _PAGE.fullmatch(asked):
        raise CannotDo(f"“{asked}” is no page. Say `{verb}`, or `{verb} 2` for the second page.")
    return int(asked)


def check_page(page: int, total: int, length: int, what: str) -> None:
    """Refuse a page beyond the last; `what` has these pages, as "Your open cases have" does."""
    last = max(-(-total // length), 1)
    if page > last:
        raise CannotDo(f"{what} pages 1 to {last}.")
