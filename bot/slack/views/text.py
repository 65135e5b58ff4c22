"""Words for Slack: escaped, shortened, and dated in the reader's own time zone."""

import re
from datetime import datetime
from urllib.parse import quote

from models.vocabulary import moment

MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)(?:\|[^&<>]*)?&gt;")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: in a line of ours they would turn our words too."""
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
PILED_UP = re.compile(f"({_MARKS}{{3}}){_MARKS}+")
"""More marks on one letter than any language needs: they would run over the lines above and below."""
MARKUP = re.compile(r"(<@[UW][A-Z0-9]+>|<!date\^[0-9]+\^[^<>^|]+\|[^<>|]*>)|<|>|&(?!amp;|lt;|gt;)")
"""What Slack would make something of; in a group of its own a person or a moment."""
FENCE = re.compile("`{3,}")
QUOTES_THE_REST = re.compile("^(?:&gt;){3}", re.MULTILINE)
UNFINISHED = re.compile("(?:&[a-z]{0,3}|<[^<>]*)$")
ELLIPSIS = "…"
NAME_LENGTH = 80
MOMENT = "{date_short_pretty} {time}"
"""How Slack writes a day and its hour, for `clock_time`."""
ADDRESS_LENGTH = 2000
IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~-._"
"""What an address may hold besides letters and digits; all else is written in percent. Source: RFC 3986."""


def escape(text: str) -> str:
    """Text that Slack shows as it is: no mention, no link, no channel is made of it.

    Source: Slack's formatting guide; these three characters are its control characters.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tame(text: str) -> str:
    """The same words without what would spill over ours: turned directions, marks piled up on a letter."""
    return PILED_UP.sub(r"\1", TURNING.sub("", text))


def by_colleague(text: str) -> str:
    """What an agent wrote: escaped like a customer's words, but a person they mention stays mentioned.

    A fence of code that is never closed, or a quote of all that follows, would swallow the lines below.
    """
    return MENTION.sub(r"<@\1>", by_anybody(text))


def by_anybody(text: str) -> str:
    """The same where it may be a customer's: nobody is mentioned."""
    return QUOTES_THE_REST.sub("&gt;", escape(FENCE.sub("'''", tame(text))))


def defused(text: str) -> str:
    """Words of ours in which somebody else's stand, as Slack handed them over or as a file has them.

    People and moments stay; nothing else is called, and no address hides behind other words.
    """
    words = MARKUP.sub(lambda found: found[1] or escape(found[0]), FENCE.sub("'''", tame(text)))
    return QUOTES_THE_REST.sub("&gt;", words)


def cut(text: str, length: int) -> list[str]:
    """Long words of a message in pieces of at most `length`; none ends within an entity, mention or link."""
    pieces = []
    while len(text) > length:
        at_line = text.rfind("\n", length // 2, length) + 1
        end = at_line or text.rfind(" ", length // 2, length) + 1 or length
        unfinished = UNFINISHED.search(text[:end])
        end = unfinished.start() if unfinished and unfinished.start() else end
        pieces.append(text[:end].rstrip())
        text = text[end:]
    return [piece for piece in (*pieces, text) if piece.strip()] or [text]


def shorten(text: str, length: int) -> str:
    """At most `length` characters, cut with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + ELLIPSIS


def trim(text: str, length: int) -> str:
    """The same for a text with markup of ours: it does not end within an entity, mention or link."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    unfinished = UNFINISHED.search(kept)
    return (kept[: unfinished.start()] if unfinished else kept).rstrip() + ELLIPSIS


def one_line(text: str, length: int) -> str:
    """The same on one line."""
    return shorten(" ".join(text.split()), length)


def quiet(text: str, length: int) -> str:
    """A customer's words inside a line of ours: escaped, and no code mark that would swallow the rest."""
    return escape(one_line(tame(text), length).replace("`", "'"))


def in_fence(text: str) -> str:
    """Words shown as they stand in a file; nothing in them ends the fence, or is called from within it."""
    words = escape(FENCE.sub("'''", tame(text)))
    return f"```{words}```"


def named(text: str) -> str:
    """The name of a team, a rule, a channel or a theme, as rules.yaml has it."""
    return quiet(text, NAME_LENGTH)


def link_to(address: str, words: str, length: int) -> str:
    """A link with these words, quiet; the words alone where it leads to no page."""
    where = quote(address, safe=IN_ADDRESSES, errors="replace")
    if not address.startswith(("https://", "http://")) or len(where) > ADDRESS_LENGTH:
        return quiet(words, length)
    return f"<{escape(where)}|{quiet(words, length)}>"


def clock_time(at: datetime, style: str = "{time}") -> str:
    """A moment in the reader's time zone; where Slack cannot, in UTC."""
    return moment(at, style)
