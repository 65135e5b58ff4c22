"""Words for Slack: escaped, shortened, and dated in the reader's own time zone."""

import re
from datetime import datetime

MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)(?:\|[^&<>]*)?&gt;")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: in a line of ours they would turn our words too."""
ELLIPSIS = "…"


def escape(text: str) -> str:
    """Text that Slack shows as it is: no mention, no link, no channel is made of it.

    Source: Slack's formatting guide; these three characters are its control characters.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def by_colleague(text: str) -> str:
    """What an agent wrote: escaped like a customer's words, but a person they mention stays mentioned."""
    return MENTION.sub(r"<@\1>", escape(text))


def shorten(text: str, length: int) -> str:
    """At most `length` characters, cut with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + ELLIPSIS


def one_line(text: str, length: int) -> str:
    """The same on one line."""
    return shorten(" ".join(text.split()), length)


def quiet(text: str, length: int) -> str:
    """A customer's words inside a line of ours: escaped, and no code mark that would swallow the rest."""
    return escape(one_line(TURNING.sub("", text), length).replace("`", "'"))


def link_to(address: str, words: str, length: int) -> str:
    """A link with these words, quiet; the words alone where it leads to no page."""
    if not address.startswith(("https://", "http://")):
        return quiet(words, length)
    return f"<{escape(address).replace('|', '%7C')}|{quiet(words, length)}>"


def clock_time(at: datetime, style: str = "{time}") -> str:
    """A moment in the reader's time zone; where Slack cannot, in UTC."""
    return f"<!date^{int(at.timestamp())}^{style}|{at:%d %b %H:%M} UTC>"
