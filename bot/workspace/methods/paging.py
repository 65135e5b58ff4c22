"""Pages of a list, with cursors that only this workspace can read."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError

T = TypeVar("T")


def page_size(args: Arguments, *, otherwise: int, most: int) -> int:
    """The `limit` that was asked for; 0 stands for the usual one."""
    limit = args.number("limit", 0, "invalid_limit")
    if limit < 0 or limit > most:
        raise SlackError("invalid_limit")
    return limit or otherwise


def one_page(items: Sequence[T], args: Arguments, limit: int) -> tuple[list[T], str]:
    """The page at the call's cursor, and the cursor of the next one ("" after the last)."""
    mark = read_cursor(args)
    start = int(mark) if mark.isdecimal() else 0
    if start > len(items) or (mark and not mark.isdecimal()):
        raise SlackError("invalid_cursor")
    end = start + limit
    return list(items[start:end]), write_cursor(str(end)) if end < len(items) else ""


def read_cursor(args: Arguments) -> str:
    """What the page before said the next one begins with; "" for the first page."""
    cursor = args.text("cursor")
    if not cursor:
        return ""
    try:
        kind, _, mark = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if kind != "next" or not mark:
        raise SlackError("invalid_cursor")
    return mark


def write_cursor(mark: str) -> str:
    """A cursor for the page that begins with this."""
    return base64.b64encode(f"next:{mark}".encode()).decode()
